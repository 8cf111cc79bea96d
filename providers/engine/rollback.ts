// What happens to an operation that failed: the host is rolled back, and nothing more of the same run may touch it.
import { Failure } from "../steps/failure.ts";
import { rollBack } from "../transaction/rollback.ts";
import { type Operation, resourceOf } from "./operation.ts";

/** Undoes the operation on its host. The story of it, or why it could not be done: then the journal is still there for the next run. */
export async function rollBackOperation(operation: Operation): Promise<string | undefined> {
  const { run, host } = operation;
  try {
    const story = await rollBack(host);
    const reason = `${resourceOf(operation)} failed, and the host was put back as it was before`;
    if (story !== undefined) run.noteRolledBack(host, { reason, complete: true });
    return story;
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    const reason = `${resourceOf(operation)} failed, and the host could not be put back as it was before`;
    run.noteRolledBack(host, { reason, complete: false });
    return `NOT put back (${why}); the next run of pulumi up goes on from it`;
  }
}

/** Refuses what comes after a roll-back in the same run. */
export function refuseAfterRollBack({ run, host }: Operation): void {
  const rolledBack = run.rolledBack(host);
  if (rolledBack === undefined) return;
  throw new Failure({
    tried: "go on with this operation",
    found: rolledBack.reason,
    left: "nothing of this resource",
    next: "put right what made that one fail, then run `pulumi up` again: it does the whole of it",
  });
}
