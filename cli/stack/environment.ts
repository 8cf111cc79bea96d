// The environment for one command of the user on their own stack: a stack must be selected, and the
// passphrase of its secrets is needed.
import { join } from "node:path";
import { execa } from "execa";
import { engineEnvironment, usesOwnBackend } from "../engine/environment.ts";
import type { Engine } from "../engine/source.ts";
import { projectRoot } from "../paths.ts";
import { needsStack, stackIn } from "./arguments.ts";
import { explanationOf } from "./explanation.ts";
import { localStacks } from "./local-stacks.ts";
import { passphraseFor } from "./passphrase.ts";

export interface StackEnvironment {
  readonly env: NodeJS.ProcessEnv;
  /** Called after a command has failed: a likely reason that Pulumi cannot know. */
  explain(): Promise<string | undefined>;
}

/**
 * No stack is chosen or made for the user, since a secret could then end up in a stack that they
 * did not intend.
 */
export async function stackEnvironment(engine: Engine, args: readonly string[]): Promise<StackEnvironment> {
  const env = engineEnvironment(engine);
  // Login, stacks and passphrase are the user's own, and Pulumi's own messages cover them.
  if (usesOwnBackend()) return { env, explain: async () => undefined };
  const stack = stackIn(args) ?? (needsStack(args) ? await selectedStack(engine, env) : undefined);
  const explain = async () => (stack === undefined ? undefined : await explanationOf(args, stack));
  return { env: { ...env, ...passphraseFor(args) }, explain };
}

async function selectedStack(engine: Engine, env: NodeJS.ProcessEnv): Promise<string> {
  const command = ["stack", "--show-name", "--non-interactive", "--color", "never"];
  const pulumi = join(engine.folders[0] ?? "", "pulumi");
  const { exitCode, stdout, stderr } = await execa(pulumi, command, { cwd: projectRoot, env, reject: false });
  if (exitCode === 0) return stdout.trim();
  if (!/no stack selected/.test(stderr)) throw new Error(stderr.trim());
  const stacks = localStacks();
  const choose = `npm run pulumi -- stack select ${stacks.length === 1 ? stacks[0] : "NAME"}`;
  const existing = stacks.length === 0 ? "" : `; one of these (${stacks.join(", ")}): ${choose}`;
  throw new Error(
    `no stack is selected, so nothing was done. A new one: npm run pulumi -- stack init NAME${existing}; for one command: --stack NAME`,
  );
}
