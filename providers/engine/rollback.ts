// Handles a failed operation: the host is rolled back, and nothing else in the same run may change
// it.
import { Failure } from "../core/failure.ts";
import { AccessFailure } from "../host/access-failure.ts";
import { rollBack } from "../transaction/rollback.ts";
import { type Operation, resourceOf } from "./operation.ts";
import { isSecondName } from "./second-name.ts";

/**
 * Rolls the run back on the host of an operation that failed, and notes it in the run. Its resource
 * may have failed at its first read: earlier ones may have changed the host. Returns what the host
 * is left with, one thing an entry, for the error message; `undefined`: nothing but this program's
 * own records had been changed, or the operation is not `journalled`. It does not throw: where the
 * rollback fails, the entries begin with NOT put back, and the journal stays for the next run.
 */
export async function rollBackAfter(
  operation: Operation,
  error: unknown,
  journalled = operation.common.transaction,
): Promise<readonly string[] | undefined> {
  const { run, host, done } = operation;
  if (!journalled || run.rolledBack(host) !== undefined) return undefined;
  // Resources that do not depend on this one would go on, and nothing would put back what they do.
  const untouched = {
    reason: `${resourceOf(operation)} failed, ${done.length === 0 ? "before anything was changed" : "and nothing of what it did can be put back"}`,
    complete: done.length === 0,
  };
  const changes = run.changesOn(host);
  if (!run.hasChanged(host) || isSecondName(error)) {
    if (!(error instanceof AccessFailure)) run.noteRolledBack(host, untouched);
    return undefined;
  }
  // A host that could not be reached is not dialled a second time for that.
  if (error instanceof AccessFailure && !host.holdsLock) {
    run.noteRolledBack(host, {
      reason: `${resourceOf(operation)} failed, and the host could not be reached`,
      complete: false,
    });
    return changes.length === 0 ? undefined : [journalStays, ...changes];
  }
  try {
    const summary = await rollBack(host);
    const reason = `${resourceOf(operation)} failed, and the host was put back as it was before`;
    run.noteRolledBack(host, summary === undefined ? untouched : { reason, complete: true });
    return summary;
  } catch (error) {
    // Only closing the journal fails so: by then everything is put back.
    const isBack = error instanceof Failure && error.parts.code === "records-not-written";
    const end = isBack
      ? "was put back as it was before, but its journal could not be closed"
      : "could not be put back as it was before";
    run.noteRolledBack(host, { reason: `${resourceOf(operation)} failed, and the host ${end}`, complete: false });
    return [...(isBack ? [] : [journalStays]), ...remains(error, changes)];
  }
}

const journalStays =
  "NOT put back as it was before; the journal stays on the host, and the next `pulumi up` goes on from it:";

/**
 * What a rollback that failed has left. Where it could not connect, the error speaks of that alone,
 * and all `changes` of the run are left.
 */
function remains(error: unknown, changes: readonly string[]): readonly string[] {
  if (!(error instanceof Failure)) return [error instanceof Error ? error.message : String(error)];
  const { found, left = [], next } = error.parts;
  return [found, ...(error instanceof AccessFailure ? changes : left), `to end the roll-back: ${next}`];
}

/** Refuses further changes of the host after a rollback in the same run. */
export function refuseAfterRollBack({ run, host }: Operation): void {
  const rolledBack = run.rolledBack(host);
  if (rolledBack === undefined) return;
  throw new Failure({
    code: "host-rolled-back",
    tried: "go on with this operation",
    found: rolledBack.reason,
    left: ["nothing of this resource"],
    next: "put right what made that one fail (its own message says how), then run the same command again: it does all of it",
  });
}
