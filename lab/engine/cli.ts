// `npm run pulumi -- <arguments>`: the Pulumi CLI in this project, on any machine, with the state in .lab/ unless PULUMI_BACKEND_URL says otherwise.
import { constants } from "node:os";
import { join } from "node:path";
import { projectRoot } from "../paths.ts";
import { withoutOldRefresh } from "./arguments.ts";
import { runAttached } from "./attached.ts";
import { ensureEngine } from "./engine.ts";
import { stackEnvironment } from "./stack-environment.ts";

async function main(args: string[]): Promise<number> {
  const engine = await ensureEngine();
  const { env, explain } = await stackEnvironment(engine, args);
  const pulumi = join(engine.folders[0] ?? "", "pulumi");
  const { code, signal } = await runAttached(pulumi, withoutOldRefresh(args), { cwd: projectRoot, env });
  const reason = code === 0 ? undefined : await explain();
  if (reason !== undefined) process.stderr.write(`lab: ${reason}\n`);
  return code ?? 128 + constants.signals[signal ?? "SIGTERM"];
}

try {
  process.exitCode = await main(process.argv.slice(2));
} catch (error) {
  process.stderr.write(`lab: ${(error as Error).message}\n`);
  process.exitCode = 1;
}
