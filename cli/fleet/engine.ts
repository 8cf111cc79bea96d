// Pulumi's Automation API on this checkout, with the engine, the backend and the passphrase of the
// other commands. Two things of its own way are changed: no stack becomes the selected one, and each
// engine has a session of its own, so that a Ctrl-C of the terminal reaches it once and from here.
import { delimiter } from "node:path";
import { LocalWorkspace, PulumiCommand, Stack } from "@pulumi/pulumi/automation/index.js";
import { execa } from "execa";
import { ensureEngine } from "../engine/engine.ts";
import { projectRoot } from "../paths.ts";
import { withoutOldRefresh } from "../stack/arguments.ts";
import { stackEnvironment } from "../stack/environment.ts";

type OnText = (text: string) => void;
type Child = { kill(signal: NodeJS.Signals): boolean };

export interface FleetEngine {
  readonly workspace: LocalWorkspace;
  /** The stack, which is made where it is not there. */
  stack(name: string, secretsProvider?: string): Promise<Stack>;
  /** The names of all stacks of the project; `undefined` where the backend cannot list them. */
  stacks(): Promise<ReadonlySet<string> | undefined>;
  /** The state of a stack, with its secrets encrypted; `undefined` where there is no such stack. */
  state(stack: string): Promise<string | undefined>;
  /** Runs the CLI, and gives what it printed. */
  run(...command: string[]): Promise<string>;
  /** Asks all engines that run to stop in order; the second time, to stop at once (pulumi.com/docs/cli). */
  interrupt(): void;
}

/** `stack` is the one whose passphrase is in use. */
export async function fleetEngine(stack: string): Promise<FleetEngine> {
  const engine = await ensureEngine();
  const { env } = await stackEnvironment(engine, ["config", "--stack", stack]);
  process.env.PATH = [...engine.folders, env.PATH ?? ""].join(delimiter);
  const { command, version } = await PulumiCommand.get({ skipVersionCheck: true });
  const running = new Set<Child>();
  const pulumiCommand = { command, version, run: runner(command, running) };
  const envVars = Object.fromEntries(Object.entries(env).flatMap(([name, value]) => (value ? [[name, value]] : [])));
  const workspace = await LocalWorkspace.create({ workDir: projectRoot, envVars, pulumiCommand });
  const run = async (...words: string[]) => (await pulumiCommand.run(words, projectRoot, envVars)).stdout;
  // `pulumi stack ls` of 3.274.1 never ends where a PostgreSQL server has ten stacks.
  const lists = !/^postgres/.test(env.PULUMI_BACKEND_URL ?? "");
  let known: Promise<Set<string> | undefined> | undefined;
  const stacks = () => {
    known ??= lists
      ? workspace.listStacks().then((all) => new Set(all.map(({ name }) => name)))
      : Promise.resolve(undefined);
    return known;
  };
  return {
    workspace,
    run,
    stacks,
    state: (name) =>
      run("stack", "export", "--stack", name).catch((error: Error) => {
        if (/no stack named/.test(error.message)) return undefined;
        throw error;
      }),
    stack: async (name, secretsProvider) => {
      const all = await stacks();
      if (!all?.has(name)) {
        const provider = secretsProvider === undefined ? [] : ["--secrets-provider", secretsProvider];
        await run("stack", "init", name, "--no-select", ...provider).catch((error: Error) => {
          if (!/already exists/.test(error.message)) throw error;
        });
        all?.add(name);
      }
      return await Stack.select(name, workspace);
    },
    interrupt: () => {
      for (const child of running) child.kill("SIGINT");
    },
  };
}

/** In the place of `PulumiCommand.run` (automation/cmd.ts of the SDK), which starts it in the session of this process. */
function runner(command: string, running: Set<Child>) {
  return async (args: string[], cwd: string, env: NodeJS.ProcessEnv, onOutput?: OnText, onError?: OnText) => {
    const selects = args[0] === "stack" && args[1] === "select";
    if (selects) return { stdout: "", stderr: "", code: 0 };
    const words = [...withoutOldRefresh(args), "--non-interactive"];
    const options = { cwd, env: { ...env, PULUMI_AUTOMATION_API: "true" }, detached: true, stdin: "ignore" } as const;
    const child = execa(command, words, { ...options, maxBuffer: 1024 ** 3, reject: false });
    running.add(child);
    child.stdout.on("data", (chunk: Buffer) => onOutput?.(chunk.toString()));
    child.stderr.on("data", (chunk: Buffer) => onError?.(chunk.toString()));
    const { stdout, stderr, exitCode, failed, shortMessage } = await child.finally(() => running.delete(child));
    if (!failed) return { stdout, stderr, code: 0 };
    // What a command has printed on its standard output may be a secret, and is in no message.
    throw new EngineError(stderr.trim() || shortMessage || command, stdout, exitCode ?? -1);
  };
}

/** A command of the engine that failed. */
export class EngineError extends Error {
  readonly output: string;
  readonly exitCode: number;

  constructor(message: string, output: string, exitCode: number) {
    super(message);
    this.output = output;
    this.exitCode = exitCode;
  }
}
