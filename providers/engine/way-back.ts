// What happens to an operation that failed: the host is put back, and nothing more of the same run may touch it.
import type { Host } from "../host/host.ts";
import { rollBack } from "../host/transaction.ts";
import { Failure } from "../steps/failure.ts";

/** Undoes the operation on this host. The story of it, or why it could not be done: then the journal is still there for the next run. */
export async function putBack(host: Host, resource: string): Promise<string | undefined> {
  try {
    const story = await rollBack(host);
    if (story !== undefined) host.putBack = `${resource} failed, and the host was put back as it was before`;
    return story;
  } catch (error) {
    return `NOT put back (${error instanceof Error ? error.message : String(error)}); the next run of pulumi up goes on from it`;
  }
}

export function refuseAfterRollBack(host: Host): void {
  if (host.putBack === undefined) return;
  throw new Failure({
    tried: "go on with this operation",
    found: host.putBack,
    left: "nothing of this resource",
    next: "put right what made that one fail, then run `pulumi up` again: it does the whole of it",
  });
}
