// Runs the Pulumi CLI on a stack for a person: attached to the terminal, and with the reasons of a
// failure below what it printed.
import { constants } from "node:os";
import { join } from "node:path";
import { runAttached } from "../attached.ts";
import { ensureEngine } from "../engine/engine.ts";
import { failedHosts } from "../failed-hosts.ts";
import { projectRoot } from "../paths.ts";
import { wrapped } from "../wrapped.ts";
import { withoutOldRefresh } from "./arguments.ts";
import { stackEnvironment } from "./environment.ts";
import { eventLogFor } from "./event-log.ts";

/** Returns the exit code. `name` precedes the reason of a failure. */
export async function runPulumi(name: string, args: readonly string[]): Promise<number> {
  const engine = await ensureEngine();
  const { env, explain } = await stackEnvironment(engine, args);
  const pulumi = join(engine.folders[0] ?? "", "pulumi");
  const events = eventLogFor(args);
  const options = { cwd: projectRoot, env: { ...env, ...events.env } };
  const ended = runAttached(pulumi, withoutOldRefresh(args), options);
  const log = ended.then(events.take, events.take);
  const { code, signal } = await ended;
  if (code !== 0)
    for (const { host, why } of failedHosts(await log))
      process.stderr.write(`${wrapped(`${host} FAILED: ${why}`, process.stderr, "  ")}\n`);
  const reason = code === 0 ? undefined : await explain();
  if (reason !== undefined) process.stderr.write(`${name}: ${reason}\n`);
  return code ?? 128 + constants.signals[signal ?? "SIGTERM"];
}
