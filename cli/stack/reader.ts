// Reads a stack through the CLI: its configuration, its state, its hosts by a preview.
import { execa } from "execa";
import { ensureEngine } from "../engine/engine.ts";
import { projectRoot } from "../paths.ts";
import { stackEnvironment } from "./environment.ts";
import { type EventLog, eventLogFor } from "./event-log.ts";

export interface StackReader {
  /** The name of the stack that was given or is selected, without its organisation and project. */
  name(): Promise<string>;
  /** The answer of a command that prints JSON. */
  ask(...command: string[]): Promise<unknown>;
  /** Runs a command that reads this text. */
  tell(text: string, ...command: string[]): Promise<void>;
  /** A preview of all but these resources, which changes nothing: what the engine reported, and what it printed. */
  preview(exclude: readonly string[]): Promise<Preview>;
}

export interface Preview {
  readonly events: ReturnType<EventLog["take"]>;
  readonly failed: boolean;
  readonly output: string;
}

/** Without a name the selected stack is read. */
export async function stackReader(stack: string | undefined): Promise<StackReader> {
  const at = stack === undefined ? [] : ["--stack", stack];
  const { env, explain } = await stackEnvironment(await ensureEngine(), ["config", ...at]);
  const options = { cwd: projectRoot, env, extendEnv: false, stdin: "inherit", reject: false } as const;
  const run = async (command: readonly string[], input?: string): Promise<string> => {
    const given = input === undefined ? options : { ...options, stdin: "pipe" as const, input };
    const { failed, stdout, stderr, shortMessage } = await execa("pulumi", [...command, ...at], given);
    if (!failed) return stdout;
    // What the command printed on its standard output may be a secret, and is in no message.
    throw new Error([stderr || shortMessage, await explain()].filter(Boolean).join("\n"));
  };
  return {
    name: async () => (stack ?? (await run(["stack", "--show-name"]))).trim().split("/").at(-1) ?? "",
    ask: async (...command) => jsonIn(await run(command), command),
    tell: async (text, ...command) => void (await run(command, text)),
    preview: async (exclude) => {
      const log = eventLogFor(["preview"]);
      const without = exclude.flatMap((urn) => ["--exclude", urn]);
      const command = ["preview", "--non-interactive", "--color", "never", ...without, ...at];
      const { failed, all } = await execa("pulumi", command, { ...options, env: { ...env, ...log.env }, all: true });
      return { events: log.take(), failed, output: all };
    },
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
