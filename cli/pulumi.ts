// `npm run pulumi -- <arguments>`: the Pulumi CLI in this project, on any machine, with the state
// in .lab/ unless PULUMI_BACKEND_URL is set.
import { constants } from "node:os";
import { join } from "node:path";
import { runAttached } from "./attached.ts";
import { ensureEngine } from "./engine/engine.ts";
import { failedHosts } from "./failed-hosts.ts";
import { projectRoot } from "./paths.ts";
import { runProgram } from "./program.ts";
import { withoutOldRefresh } from "./stack/arguments.ts";
import { stackEnvironment } from "./stack/environment.ts";
import { eventLogFor } from "./stack/event-log.ts";

const name = "pulumi";

await runProgram(name, async () => {
  const args = process.argv.slice(2);
  const engine = await ensureEngine();
  const { env, explain } = await stackEnvironment(engine, args);
  const pulumi = join(engine.folders[0] ?? "", "pulumi");
  const events = eventLogFor(args);
  const options = { cwd: projectRoot, env: { ...env, ...events.env } };
  const ended = runAttached(pulumi, withoutOldRefresh(args), options);
  const log = ended.then(events.take, events.take);
  const { code, signal } = await ended;
  if (code !== 0) for (const { host, why } of failedHosts(await log)) process.stderr.write(`${host} FAILED: ${why}\n`);
  const reason = code === 0 ? undefined : await explain();
  if (reason !== undefined) process.stderr.write(`${name}: ${reason}\n`);
  return code ?? 128 + constants.signals[signal ?? "SIGTERM"];
});
