// Which stack owns a resource on the host. Two stacks that own the same thing would undo each
// other's work at every run.

import { Failure } from "../core/failure.ts";
import type { ResourceRecord } from "../facts/resource-record.ts";
import { type Operation, resourceOf } from "./operation.ts";
import type { Found } from "./read-host.ts";
import type { ResourceState } from "./state.ts";

/**
 * Whether the host names another stack as the owner. A renamed stack still owns what it owned under
 * the names that its state holds.
 */
export function isOwnedByOtherStack({ run, stackName }: Operation, record: ResourceRecord | null): boolean {
  if (record === null || record.owner === null || stackName === null) return false;
  return record.owner !== stackName && !run.isOwnStack(record.owner);
}

/**
 * What was there before, as far as anybody remembers it. What the host has of this stack counts
 * first, whichever resource of the program wrote it: it is written before each change, and the state
 * after it.
 */
function knownBefore(operation: Operation, inState: unknown, record: ResourceRecord | null): unknown {
  const { definition, stackName } = operation;
  const isOfStack = record !== null && record.owner !== null && stackName !== null;
  if (!isOfStack || isOwnedByOtherStack(operation, record)) return inState;
  return inState === undefined ? record.before : (definition.join?.(record.before, inState) ?? record.before);
}

/** Whether the host itself records this stack, and this resource of it, as the owner. */
function isOwnRecord(operation: Operation, record: ResourceRecord | null): record is ResourceRecord {
  if (record === null || record.owner === null || operation.stackName === null) return false;
  return !isOwnedByOtherStack(operation, record) && !isOwnedByOtherResource(operation, record);
}

/**
 * The resource's state, as far as it is true of the machine that answers, with what is known of
 * the time before. A new /etc/machine-id on a host that remembers this stack (a cleaned template, a
 * restored image) is accepted. `undefined`: another machine answers, and it has nothing of this
 * stack.
 */
export function stateOn(operation: Operation, inState: ResourceState, found: Found): ResourceState | undefined {
  const { machine, record } = found;
  if (inState.machine !== machine && !isOwnRecord(operation, record)) return undefined;
  return { ...inState, before: knownBefore(operation, inState.before, record), machine };
}

/**
 * Whether another resource of this program is this same object after the run. A resource that is
 * renamed in the program is created under the new name first and then deleted under the old one.
 * Where two resources swap their objects, the recorded owner may become something else: it keeps
 * nothing here then.
 */
export function isOwnedByOtherResource({ run, id, common }: Operation, record: ResourceRecord | null): boolean {
  const recordedOwner = record?.resource ?? undefined;
  return recordedOwner !== common.resourceUrn && run.keeps(recordedOwner, id);
}

/**
 * The URN to record on the host. Where several resources of a program share one thing, as two
 * proofs do, the first of them remains its owner.
 */
export function ownerUrnOf(operation: Operation, record: ResourceRecord | null): string | null {
  const other = isOwnedByOtherResource(operation, record) ? record?.resource : undefined;
  return other ?? operation.common.resourceUrn ?? null;
}

/** Refuses a resource that another stack owns, unless that stack is named in `takeOverFrom`. */
export function claim(operation: Operation, record: ResourceRecord | null): void {
  if (record === null || !isOwnedByOtherStack(operation, record)) return;
  if (record.owner !== operation.common.takeOverFrom) throw taken(operation, record.owner ?? "");
  operation.log(`taken over from the stack ${record.owner}`);
}

function taken(operation: Operation, owner: string): Failure {
  return new Failure({
    code: "owned-by-another-stack",
    tried: `keep ${resourceOf(operation)} for the stack ${operation.stackName}`,
    found: `the host says that it belongs to the stack ${owner}`,
    left: ["nothing was changed"],
    next: `while that stack is in use, leave the host to it: take it out of hosts here. To hand the host over: set takeOverFrom to ${owner} in this stack's configuration (in a program: the input takeOverFrom), run \`pulumi up\` here and see that the host is proved, then take this host out of hosts of ${owner} and run \`pulumi up\` there, which leaves it as it is. No \`pulumi destroy\` there: it is for all of its hosts (docs/how-to/rescue.md, An owner marker of another stack)`,
  });
}
