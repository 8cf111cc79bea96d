// Which stack owns a resource on the host. Two stacks that own the same thing would undo each
// other's work at every run.

import { Failure } from "../core/failure.ts";
import type { Memory } from "../facts/memory.ts";
import { type Operation, resourceOf } from "./operation.ts";
import type { Found } from "./read-host.ts";
import type { StateRecord } from "./state.ts";

/**
 * Whether the host names another stack as the owner. A renamed stack still owns what it owned under
 * the names that its state holds.
 */
export function isOwnedByOtherStack({ run, owner }: Operation, memory: Memory | null): boolean {
  if (memory === null || memory.owner === null || owner === null) return false;
  return memory.owner !== owner && !run.isOwnStack(memory.owner);
}

/**
 * What was there before, as far as anybody remembers it. What the host has of this stack counts
 * first, whichever resource of the program wrote it: it is written before each change, and the state
 * after it.
 */
function knownBefore(operation: Operation, inState: unknown, memory: Memory | null): unknown {
  const { definition, owner } = operation;
  const isOfStack = memory !== null && memory.owner !== null && owner !== null;
  if (!isOfStack || isOwnedByOtherStack(operation, memory)) return inState;
  return inState === undefined ? memory.before : (definition.join?.(memory.before, inState) ?? memory.before);
}

/** Whether the host itself records this stack, and this resource of it, as the owner. */
function isOwnMemory(operation: Operation, memory: Memory | null): memory is Memory {
  if (memory === null || memory.owner === null || operation.owner === null) return false;
  return !isOwnedByOtherStack(operation, memory) && !isOwnedByOtherResource(operation, memory);
}

/**
 * The record in the state, as far as it is true of the machine that answers, with what is known of
 * the time before. A new /etc/machine-id on a host that remembers this stack (a cleaned template, a
 * restored image) is accepted. `undefined`: another machine answers, and it has nothing of this
 * stack.
 */
export function recordedOn(operation: Operation, inState: StateRecord, found: Found): StateRecord | undefined {
  const { machine, memory } = found;
  if (inState.machine !== machine && !isOwnMemory(operation, memory)) return undefined;
  return { ...inState, before: knownBefore(operation, inState.before, memory), machine };
}

/**
 * Whether another resource of this program is this same object after the run. A resource that is
 * renamed in the program is created under the new name first and then deleted under the old one.
 * Where two resources swap their objects, the recorded owner may become something else: it keeps
 * nothing here then.
 */
export function isOwnedByOtherResource({ run, id, common }: Operation, memory: Memory | null): boolean {
  const recordedOwner = memory?.resource ?? undefined;
  return recordedOwner !== common.resourceUrn && run.keeps(recordedOwner, id);
}

/**
 * The URN to record on the host. Where several resources of a program share one thing, as two
 * proofs do, the first of them remains its owner.
 */
export function ownerUrnOf(operation: Operation, memory: Memory | null): string | null {
  const other = isOwnedByOtherResource(operation, memory) ? memory?.resource : undefined;
  return other ?? operation.common.resourceUrn ?? null;
}

/** Refuses a resource that another stack owns, unless that stack is named in `takeOverFrom`. */
export function claim(operation: Operation, memory: Memory | null): void {
  if (memory === null || !isOwnedByOtherStack(operation, memory)) return;
  if (memory.owner !== operation.common.takeOverFrom) throw taken(operation, memory.owner ?? "");
  operation.log(`taken over from the stack ${memory.owner}`);
}

function taken(operation: Operation, owner: string): Failure {
  return new Failure({
    code: "owned-by-another-stack",
    tried: `keep ${resourceOf(operation)} for the stack ${operation.owner}`,
    found: `the host says that it belongs to the stack ${owner}`,
    left: ["nothing was changed"],
    next: `while that stack is in use, leave the host to it: take it out of hosts here. To hand the host over: set takeOverFrom to ${owner} in this stack's configuration (in a program: the input takeOverFrom), run \`pulumi up\` here and see that the host is proved, then take this host out of hosts of ${owner} and run \`pulumi up\` there, which leaves it as it is. No \`pulumi destroy\` there: it is for all of its hosts (docs/how-to/rescue.md, An owner marker of another stack)`,
  });
}
