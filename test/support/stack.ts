// A Pulumi stack of a test: the real engine on this checkout's program, with a state and a configuration of its own.
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { execa } from "execa";
import { parse, stringify } from "yaml";
import { ensureEngine } from "../../cli/engine/engine.ts";
import { engineEnvironment } from "../../cli/engine/environment.ts";
import { beginStack } from "../../lab/engine/new-stack.ts";
import { projectRoot } from "../../lab/paths.ts";

/** What a run of the engine showed. */
export interface EngineRun {
  readonly exitCode: number;
  /** Both streams, as a person sees them. */
  readonly output: string;
}

/** One step of a preview. */
export interface PlannedStep {
  readonly op: string;
  readonly urn: string;
}

export class Stack {
  readonly folder: string;
  #name: string;
  readonly #environment: NodeJS.ProcessEnv;
  readonly #project: string;

  private constructor(name: string, folder: string, environment: NodeJS.ProcessEnv, project: string) {
    this.#name = name;
    this.folder = folder;
    this.#environment = environment;
    this.#project = project;
  }

  static async create(name: string, project = projectRoot): Promise<Stack> {
    const folder = mkdtempSync(join(tmpdir(), `sasl-mail-host-${name}-`));
    const environment = engineEnvironment(await ensureEngine(), { stateFolder: join(folder, "state") });
    const stack = new Stack(name, folder, { ...environment, PULUMI_CONFIG_PASSPHRASE: "test" }, project);
    writeFileSync(stack.configFile, "config: {}\n");
    await beginStack({ name, project, folder, env: stack.#environment });
    return stack;
  }

  /** The same stack, run from another folder. */
  in(project: string): Stack {
    return new Stack(this.name, this.folder, this.#environment, project);
  }

  get name(): string {
    return this.#name;
  }

  /** As `pulumi stack rename` does it; the stack's file stays where it is. */
  async rename(name: string): Promise<void> {
    await this.succeed(["stack", "rename", name, "--stack", this.#name]);
    this.#name = name;
  }

  /** For other programs that read the stack. */
  get environment(): NodeJS.ProcessEnv {
    return this.#environment;
  }

  get configFile(): string {
    return join(this.folder, "Pulumi.test.yaml");
  }

  /** Sets plain values of any shape, as a person would by editing the stack's file. */
  configure(values: Record<string, unknown>): void {
    const file = parse(readFileSync(this.configFile, "utf8")) as { config: Record<string, unknown> };
    const { name } = parse(readFileSync(join(this.#project, "Pulumi.yaml"), "utf8")) as { name: string };
    for (const [key, value] of Object.entries(values)) file.config[`${name}:${key}`] = value;
    writeFileSync(this.configFile, stringify(file));
  }

  /** Sets a secret over stdin, so that it is in no argument. */
  async configureSecret(key: string, value: string): Promise<void> {
    await this.succeed(["config", "set", "--secret", key, ...this.#at()], value);
  }

  /** Sets parts of a key that holds an object, as secrets. */
  async configureSecretsIn(key: string, values: Readonly<Record<string, string>>): Promise<void> {
    const pairs = Object.entries(values).flatMap(([name, value]) => ["--secret", `${key}["${name}"]=${value}`]);
    await this.succeed(["config", "set-all", "--path", ...pairs, ...this.#at()]);
  }

  /** Takes a key, or a part of one, out of the stack's file. */
  async unset(path: string): Promise<void> {
    await this.succeed(["config", "rm", "--path", path, ...this.#at()]);
  }

  up(...flags: string[]): Promise<EngineRun> {
    return this.run(["up", "--yes", "--skip-preview", ...this.#at(), ...flags]);
  }

  preview(...flags: string[]): Promise<EngineRun> {
    return this.run(["preview", ...this.#at(), ...flags]);
  }

  /** The steps of a preview that change something, as `kind name: operation`. */
  async plan(): Promise<string[]> {
    const { output } = await this.succeed(["preview", "--json", ...this.#at()]);
    const { steps } = JSON.parse(output.slice(output.indexOf("{"))) as { steps: PlannedStep[] };
    const changes = steps.filter(({ op }) => !["same", "read", "refresh"].includes(op));
    return changes.map(({ op, urn }) => `${urn.split("::").at(-1)}: ${op}`).sort();
  }

  refresh(...flags: string[]): Promise<EngineRun> {
    return this.run(["refresh", "--yes", "--skip-preview", ...this.#at(), ...flags]);
  }

  destroy(...flags: string[]): Promise<EngineRun> {
    return this.run(["destroy", "--yes", "--skip-preview", ...this.#at(), ...flags]);
  }

  /** The whole state as JSON text. */
  async exportState(): Promise<string> {
    return (await this.succeed(["stack", "export", "--stack", this.name])).output;
  }

  async importState(state: string): Promise<void> {
    await this.succeed(["stack", "import", "--stack", this.name], state);
  }

  async outputs<T>(): Promise<T> {
    return JSON.parse((await this.succeed(["stack", "output", "--json", "--stack", this.name])).output) as T;
  }

  /** Starts the engine and leaves it running, for a test that will end it. */
  start(args: readonly string[]): { kill(signal: NodeJS.Signals): void; ended: Promise<unknown> } {
    const child = execa("pulumi", ["--non-interactive", ...args, ...this.#at()], {
      cwd: this.#project,
      env: this.#environment,
      extendEnv: false,
      reject: false,
      stdio: "ignore",
    });
    return { kill: (signal) => void child.kill(signal), ended: child };
  }

  /** Runs the engine and gives what it showed, whatever the exit code. */
  async run(args: readonly string[], input?: string): Promise<EngineRun> {
    const result = await execa("pulumi", ["--non-interactive", "--color", "never", ...args], {
      cwd: this.#project,
      env: this.#environment,
      extendEnv: false,
      reject: false,
      all: true,
      timeout: 300_000,
      ...(input === undefined ? { stdin: "ignore" } : { input }),
    });
    return { exitCode: result.exitCode ?? -1, output: result.all };
  }

  /** Runs the engine; another exit code than 0 is an error with the whole output. */
  async succeed(args: readonly string[], input?: string): Promise<EngineRun> {
    const result = await this.run(args, input);
    if (result.exitCode !== 0) throw new Error(`pulumi ${args[0]} ended with ${result.exitCode}:\n${result.output}`);
    return result;
  }

  /** Takes the state away. What is on the host is not touched. */
  forget(): void {
    rmSync(this.folder, { recursive: true, force: true });
  }

  #at(): string[] {
    return ["--stack", this.name, "--config-file", this.configFile];
  }
}
