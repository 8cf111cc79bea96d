// Reads a stack through the CLI: its configuration, its state.
import { execa } from "execa";
import { ensureEngine } from "../engine/engine.ts";
import { projectRoot } from "../paths.ts";
import { stackEnvironment } from "./environment.ts";

export interface StackReader {
  /** The name of the stack that was given or is selected, without its organisation and project. */
  name(): Promise<string>;
  /** The answer of a command that prints JSON. */
  ask(...command: string[]): Promise<unknown>;
}

/** Without a name the selected stack is read. */
export async function stackReader(stack: string | undefined): Promise<StackReader> {
  const at = stack === undefined ? [] : ["--stack", stack];
  const { env, explain } = await stackEnvironment(await ensureEngine(), ["config", ...at]);
  const run = async (...command: string[]): Promise<string> => {
    const options = { cwd: projectRoot, env, extendEnv: false, stdin: "inherit", reject: false } as const;
    const { failed, stdout, stderr, shortMessage } = await execa("pulumi", [...command, ...at], options);
    if (!failed) return stdout;
    // What the command printed on its standard output may be a secret, and is in no message.
    throw new Error([stderr || shortMessage, await explain()].filter(Boolean).join("\n"));
  };
  return {
    name: async () => (stack ?? (await run("stack", "--show-name"))).trim().split("/").at(-1) ?? "",
    ask: async (...command) => jsonIn(await run(...command), command),
  };
}

/** The parser's own message would quote the text. */
function jsonIn(text: string, command: readonly string[]): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    throw new Error(`pulumi ${command.join(" ")} printed no JSON`);
  }
}
