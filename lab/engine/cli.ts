// `npm run pulumi -- <arguments>`: the Pulumi CLI in this project, on any machine, with the state in .lab/ unless PULUMI_BACKEND_URL says otherwise.
import { constants } from "node:os";
import { join } from "node:path";
import { execa } from "execa";
import { projectRoot } from "../paths.ts";
import { namesStack, needsStack, withoutOldRefresh } from "./arguments.ts";
import { runAttached } from "./attached.ts";
import { ensureEngine } from "./engine.ts";
import { engineEnvironment, usesOwnBackend } from "./environment.ts";

const labStack = "dev";

async function main(args: string[]): Promise<number> {
  const engine = await ensureEngine();
  const env = engineEnvironment(engine);
  const pulumi = join(engine.folders[0] ?? "", "pulumi");
  if (!usesOwnBackend() && needsStack(args) && !namesStack(args)) await selectLabStack(pulumi, env);
  const { code, signal } = await runAttached(pulumi, withoutOldRefresh(args), { cwd: projectRoot, env });
  return code ?? 128 + constants.signals[signal ?? "SIGTERM"];
}

/** A fresh checkout has no stack at all: make the one of the lab, so that the first command just works. */
async function selectLabStack(pulumi: string, env: NodeJS.ProcessEnv): Promise<void> {
  const options = { cwd: projectRoot, env, reject: false, all: true } as const;
  const selected = await execa(pulumi, ["stack", "--show-name", "--non-interactive"], options);
  if (selected.exitCode === 0) return;
  const made = await execa(pulumi, ["stack", "select", labStack, "--create", "--non-interactive"], options);
  if (made.failed) throw new Error(`the stack "${labStack}" cannot be made:\n${made.all}`);
  process.stderr.write(`lab: stack "${labStack}" selected\n`);
}

try {
  process.exitCode = await main(process.argv.slice(2));
} catch (error) {
  process.stderr.write(`lab: ${(error as Error).message}\n`);
  process.exitCode = 1;
}
