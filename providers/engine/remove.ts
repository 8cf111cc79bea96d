// delete: restores what was there before, and verifies it.

import { Failure } from "../core/failure.ts";
import type { Questions } from "../facts/fact.ts";
import { journalOpen } from "../facts/journal.ts";
import { resourceRecords } from "../facts/resource-record.ts";
import type { AnyDefinition } from "../resources/catalogue.ts";
import { removeResourceRecord, removeResourceRecords } from "../steps/resource-record.ts";
import type { Step } from "../steps/step.ts";
import { apply } from "../transaction/apply.ts";
import { commit, rollBack } from "../transaction/rollback.ts";
import { commonInputsOf } from "./common-inputs.ts";
import { currentConnection } from "./current-connection.ts";
import { errorFor } from "./failure.ts";
import { applying, begin, type Operation, resourceOf } from "./operation.ts";
import { isOwnedByOtherResource, isOwnedByOtherStack, stateOn } from "./owner.ts";
import { type Found, readHost } from "./read-host.ts";
import { refuseAfterRollBack, rollBackAfter } from "./rollback.ts";
import type { Run } from "./run.ts";
import { refuseSecondName } from "./second-name.ts";
import { type Properties, type ResourceState, stateIn } from "./state.ts";

export async function remove(run: Run, definition: AnyDefinition, id: string, properties: Properties): Promise<void> {
  const common = commonInputsOf(properties);
  const { connection, recovery } = currentConnection(run.configuration(), common);
  const operation = begin(run, definition, id, common, connection);
  const { host, done, log } = operation;
  await host.exclusively(async () => {
    try {
      // No read of the host is needed: the replacement of the same resource was created already, or
      // comes next.
      if (run.keeps(common.resourceUrn, id)) log("left in place: it is replaced by itself");
      else await restoreEarlierState(operation, stateIn(definition, properties));
    } catch (error) {
      const rolledBack = await rollBackAfter(operation, error, isJournalled(operation));
      throw errorFor(error, { host: host.name, resource: resourceOf(operation), done, rolledBack, recovery });
    } finally {
      await log.delivered();
    }
  });
}

/**
 * A removal that is part of a replacement is proved like any change. A final removal happens after
 * the last proof.
 */
function isJournalled({ run, common }: Operation): boolean {
  return common.transaction && run.wasChecked(common.resourceUrn);
}

/**
 * Reverts this program's own change. It does nothing where another stack, or another resource of
 * the program, owns the resource now.
 */
async function restoreEarlierState(operation: Operation, state: ResourceState): Promise<void> {
  const { run, definition, host, common, stackName, log } = operation;
  refuseAfterRollBack(operation);
  const { desired } = state;
  const first = await host.readLocked(stackName ?? "a program", log, () => readBefore(operation, desired));
  refuseSecondName(operation, first);
  if (isOwnedByOtherStack(operation, first.record))
    return log(`left as it is: it belongs to the stack ${first.record?.owner} now`);
  if (isOwnedByOtherResource(operation, first.record))
    return log(`left as it is: ${first.record?.resource} keeps it now`);
  const before = beforeOn(operation, state, first);
  if (before === undefined) return log("another machine answers there now, with nothing of this resource on it");
  const replaced = run.wasChecked(common.resourceUrn);
  if (isJournalled(operation)) run.noteChanged(host);
  if (!replaced) definition.refusesToGo?.(desired, first.actual, before.value);
  const isLeaving = run.nothingChecked || run.machineNames.hasLeft(first.running, common.hostName);
  const unproved = common.transaction && first.journal && isLeaving;
  if (unproved)
    log(`first, an operation that was never proved: ${(await rollBack(host))?.join("; ") ?? "it had changed nothing"}`);
  const found = unproved ? await readHost(host, definition, desired) : first;
  if (common.transaction && !replaced && definition.closes?.(desired)) await commit(host);
  for (const line of definition.leaves?.(desired, found.actual, before.value) ?? []) log.warn(line);
  const steps = definition.remove(desired, found.actual, before.value);
  const forget = await stepsThatForget(operation, found);
  await apply(host, [...steps, ...forget], applying(operation, isJournalled(operation)));
  const after = await host.ask(definition.inspect(desired) as Questions<unknown>);
  const left = definition.remove(desired, after, before.value).filter((step) => step.do !== "run" || !step.mayFail);
  if (left.length > 0) throw notRestored(left);
}

/** The first read, and whether changes of a killed run still wait for their proof. */
async function readBefore({ host, definition }: Operation, desired: Properties) {
  const [found, { journal }] = await Promise.all([
    readHost(host, definition, desired),
    host.ask({ journal: journalOpen }),
  ]);
  return { ...found, journal };
}

/**
 * What was there before this program, on the machine that answers. Its own record of this stack
 * decides, which is written before each change; else the state, where it is the recorded machine.
 * Without either a destroy is refused: it would succeed and leave everything on a host that only got
 * a new machine ID. As a part of a replacement there is nothing to revert on a new machine
 * (`undefined`).
 */
function beforeOn(operation: Operation, state: ResourceState, found: Found): { value: unknown } | undefined {
  const { run, common, log } = operation;
  const { machine } = found;
  const known = stateOn(operation, state, found);
  if (known !== undefined) {
    if (state.machine !== machine)
      log.warn(
        `its /etc/machine-id is another one than at the last run; the host remembers this stack, so it is taken for the same host`,
      );
    return { value: known.before };
  }
  if (run.wasChecked(common.resourceUrn)) return undefined;
  throw new Failure({
    code: "another-machine",
    tried: `take back what ${resourceOf(operation)} changed`,
    found: `another machine answers: its /etc/machine-id is ${machine} and was ${state.machine ?? "not recorded"} at the last run, and it remembers nothing of this stack`,
    left: ["nothing was changed"],
    next: "where the address leads to a wrong machine, correct it in the configuration. Only where the old machine no longer exists, or was installed anew: docs/how-to/rescue.md, The host is gone for good (Pulumi then forgets it, and changes nothing on the machine that answers)",
  });
}

/**
 * Removes the host's record of this resource. With the last resource of a host it also removes the
 * records of resources that vanished from the host, and so from the state, earlier.
 */
async function stepsThatForget(operation: Operation, { record }: Found): Promise<readonly Step[]> {
  const { run, definition, host, id, stackName, common } = operation;
  const own = record === null ? removeResourceRecords([]) : removeResourceRecord(definition.kind, id);
  if (!common.transaction || definition.foundation !== true || run.wasChecked(common.resourceUrn)) return own;
  const { all } = await host.ask({ all: resourceRecords });
  const vanished = [...all].filter(
    ([, stored]) =>
      !(stored instanceof Failure) &&
      stored.record.owner === stackName &&
      !run.wasChecked(stored.record.resource ?? undefined),
  );
  return [...own, ...removeResourceRecords(vanished.map(([path]) => path))];
}

function notRestored(left: readonly Step[]): Failure {
  return new Failure({
    code: "undo-incomplete",
    tried: "look again after putting back what was before",
    found: `this is still to be done: ${left.map((step) => (step.do === "wait" ? step.what : step.reason)).join("; ")}`,
    next: "something on the host undoes this or keeps it from being done (Ansible, Puppet, a cron job, an immutable file: lsattr); stop that, then run the same command again",
  });
}
