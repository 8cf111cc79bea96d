// The environment for one command of the user on a stack of theirs: which stack it is decides on the passphrase.
import { join } from "node:path";
import { execa } from "execa";
import { projectRoot } from "../paths.ts";
import { needsStack, stackIn } from "./arguments.ts";
import type { Engine } from "./engine.ts";
import { engineEnvironment, usesOwnBackend } from "./environment.ts";
import { labStack, passphraseOf } from "./passphrase.ts";

/** A fresh checkout has no stack at all: the one of the lab is made, so that the first command just works. */
export async function stackEnvironment(engine: Engine, args: string[]): Promise<NodeJS.ProcessEnv> {
  const env = engineEnvironment(engine);
  if (usesOwnBackend()) return env;
  const stack = stackIn(args) ?? (needsStack(args) ? await selectedStack(engine, env) : undefined);
  return { ...env, ...passphraseOf(stack) };
}

async function selectedStack(engine: Engine, env: NodeJS.ProcessEnv): Promise<string> {
  const pulumi = join(engine.folders[0] ?? "", "pulumi");
  const options = { cwd: projectRoot, env: { ...env, ...passphraseOf(labStack) }, reject: false, all: true } as const;
  const selected = await execa(pulumi, ["stack", "--show-name", "--non-interactive"], options);
  if (selected.exitCode === 0) return selected.stdout.trim();
  const made = await execa(pulumi, ["stack", "select", labStack, "--create", "--non-interactive"], options);
  if (made.failed) throw new Error(`the stack "${labStack}" cannot be made:\n${made.all}`);
  process.stderr.write(`lab: stack "${labStack}" selected\n`);
  return labStack;
}
