// Where the operator of e2e/mistakes.test.ts sits: a checkout of the project, a home, and a stack whose file is written anew for
// each mistake.
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { execa } from "execa";
import { stringify } from "yaml";
import type { Engine } from "../../../cli/engine/source.ts";
import type { LabHost } from "../../../lab/hosts/index.ts";
import { cacheRoot } from "../../../lab/paths.ts";
import { checkOut } from "../../support/workflow.ts";

/** What Jest, npm and a CI have set for themselves. */
const ofThisRun =
  /^(CI$|FORCE_COLOR$|NO_COLOR$|NODE_ENV$|NODE_OPTIONS$|npm_|JEST_|PULUMI_|SASL_LAB_|SSH_AUTH_SOCK$|XDG_)/;

export interface Typed {
  readonly exitCode: number;
  /** Both streams, in the order in which they came. */
  readonly output: string;
}

export class Desk {
  readonly folder = mkdtempSync(join(tmpdir(), "sasl-mail-host-mistakes-"));
  readonly home = join(this.folder, "home");
  readonly project = join(this.folder, "sasl-mail-host");
  readonly #environment: NodeJS.ProcessEnv;
  #salt = "";

  constructor(engine: Engine) {
    checkOut(this.project);
    mkdirSync(join(this.home, ".ssh"), { recursive: true, mode: 0o700 });
    this.#environment = {
      ...Object.fromEntries(Object.entries(process.env).filter(([name]) => !ofThisRun.test(name))),
      PATH: [...engine.folders, join(this.project, "node_modules/.bin"), process.env.PATH].join(delimiter),
      HOME: this.home,
      SASL_LAB_CACHE: cacheRoot,
      PULUMI_HOME: join(this.folder, "pulumi-home"),
      PULUMI_SKIP_UPDATE_CHECK: "true",
    };
  }

  get stackFile(): string {
    return join(this.project, "Pulumi.mail1.yaml");
  }

  /** Can log in to the host as root, and knows its key. */
  knows({ privateKeyFile, knownHostsFile }: LabHost): void {
    for (const end of ["", ".pub"])
      this.write(`.ssh/id_ed25519${end}`, readFileSync(`${privateKeyFile}${end}`, "utf8"));
    this.write(".ssh/known_hosts", readFileSync(knownHostsFile, "utf8"));
  }

  /** A stack mail1 without resources. */
  async beginStack(): Promise<void> {
    await this.succeed("npm run pulumi -- stack init mail1");
    this.#salt = readFileSync(this.stackFile, "utf8");
  }

  /** The stack's file, by hand; secrets by the command that messages name. */
  async configure(keys: Readonly<Record<string, unknown>>, secrets: Readonly<Record<string, string>> = {}) {
    const config = Object.entries(keys).map(([key, value]) => [
      key.includes(":") ? key : `sasl-mail-host:${key}`,
      value,
    ]);
    writeFileSync(this.stackFile, `${this.#salt}${stringify({ config: Object.fromEntries(config) })}`);
    for (const [key, value] of Object.entries(secrets))
      await this.succeed(`npm run pulumi -- config set --secret --path '${key}'`, value);
  }

  /** A file of the operator's home. */
  write(path: string, text: string, mode = 0o600): void {
    writeFileSync(join(this.home, path), text, { mode });
  }

  /** Types what prepares a mistake. */
  async succeed(command: string, input = ""): Promise<void> {
    const { exitCode, output } = await this.type(command, input);
    if (exitCode !== 0) throw new Error(`${command}\n${output}`);
  }

  async type(command: string, input = ""): Promise<Typed> {
    const quiet = command.replaceAll("npm run ", "npm run --silent ");
    const { exitCode, all } = await execa("bash", ["-c", `exec 2>&1\n${quiet}`], {
      cwd: this.project,
      env: this.#environment,
      extendEnv: false,
      reject: false,
      all: true,
      input,
      timeout: 300_000,
    });
    return { exitCode: exitCode ?? -1, output: all };
  }

  forget(): void {
    rmSync(this.folder, { recursive: true, force: true });
  }
}
