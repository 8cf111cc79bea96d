// The end of an operation on a host: proved and kept, or put back with mail seen to flow again.
import { libraryFolder } from "../facts/journal.ts";
import { Failure } from "../steps/failure.ts";
import { forgetAll } from "../steps/memory.ts";
import type { Host } from "./host.ts";
import { commitScript, rollBackScript } from "./journal.ts";

/** Keeps what is there now. */
export async function commit(host: Host): Promise<void> {
  const answer = await (await host.shell()).request("throw the journal away: the proof holds", commitScript);
  if (answer.code !== 0) throw notDone("throw the journal away", answer.stderr);
}

/**
 * The proof itself is removed for good: nothing waits for it any more, and nothing is left of what the host remembers for this owner,
 * of resources too that vanished from it and so from the state.
 */
export async function giveUp(host: Host, owner: string | null): Promise<void> {
  await commit(host);
  const answer = await (await host.shell()).request("forget what was there before: the state has it", forgetAll(owner));
  if (answer.code !== 0) throw notDone("empty /var/lib/sasl-mail-host", answer.stderr);
}

/**
 * Puts everything back that this operation, and one before it that was never proved, has changed. Gives the story for the error:
 * `undefined` when there was nothing to put back.
 */
export async function rollBack(host: Host): Promise<string | undefined> {
  const answer = await (await host.shell()).request("put back what this operation changed", rollBackScript, 3600);
  const rows = answer.stdout
    .toString("utf8")
    .split("\n")
    .filter((row) => row !== "");
  if (answer.code !== 0)
    throw notDone("put back what this operation changed", `${rows.join("; ")}; ${answer.stderr.trim()}`);
  const entries = rows.filter((row) => row !== ":postfix ran" && !row.startsWith(libraryFolder));
  if (entries.length === 0) return undefined;
  const flow = rows.includes(":postfix ran") ? await mailFlow(host) : "Postfix is stopped, as before";
  return `everything is put back as it was before: ${entries.join("; ")}; ${flow}`;
}

async function mailFlow(host: Host): Promise<string> {
  try {
    const { prove } = await import("./prove.ts");
    const { banner } = await prove(host, { port: 25, mechanisms: [] });
    return `mail flows: port 25 answers "${banner.slice(3)}"`;
  } catch (error) {
    return `BUT PORT 25 DOES NOT ANSWER: ${error instanceof Error ? error.message : String(error)}`;
  }
}

function notDone(tried: string, found: string): Failure {
  return new Failure({
    tried,
    found,
    next: "look at /var/lib/sasl-mail-host/journal on the host: each entry holds the old file and the command that puts it back",
  });
}
