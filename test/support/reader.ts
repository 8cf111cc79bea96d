// Somebody who follows the documents: a fresh copy of the project, a home with a key and known_hosts, a terminal, and nothing else.
import {
  appendFileSync,
  copyFileSync,
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { homedir, tmpdir } from "node:os";
import { delimiter, join, relative } from "node:path";
import { expect } from "@jest/globals";
import { parse, stringify } from "yaml";
import type { LabHost } from "../../lab/hosts/index.ts";
import { cacheRoot, projectRoot } from "../../lab/paths.ts";
import { type Agent, startAgent } from "./agent.ts";
import type { Authority } from "./authority.ts";
import { blocks } from "./documentation.ts";
import { type CoveredBy, documentedCommands } from "./documented-commands.ts";
import { inTerminal, type TerminalOptions } from "./terminal.ts";

interface Circumstances extends Partial<TerminalOptions> {
  /** Of the commands; a document may be about one that ends red. */
  readonly exitCode?: number;
  /** Names of the document and what they are called here; each must stand in the block. */
  readonly instead?: Readonly<Record<string, string>>;
}

/** What `npm test` and Jest have set for themselves, and a CI, where Pulumi draws no cursor; npm's way to the network stays. */
const ofThisRun =
  /^(CI$|npm_(?!.*(registry|cafile|strict_ssl|proxy|cache|userconfig|globalconfig)$)|NODE_ENV$|NODE_OPTIONS$|JEST_|PULUMI_|SSH_AUTH_SOCK$)/;

export class Reader {
  readonly folder = mkdtempSync(join(tmpdir(), "sasl-mail-host-reader-"));
  readonly home = join(this.folder, "home");
  /** As after `git clone`. */
  readonly project = join(this.folder, "sasl-mail-host");
  readonly environment: NodeJS.ProcessEnv;
  readonly #followed: string[] = [];
  readonly #keys: { readonly file: string }[] = [];
  #agent: Agent | undefined;

  constructor() {
    const notCommitted = new Set(["node_modules", ".git", ".lab", "coverage", "providers/dist"]);
    cpSync(projectRoot, this.project, {
      recursive: true,
      filter: (source) => !notCommitted.has(relative(projectRoot, source)),
    });
    mkdirSync(join(this.home, ".ssh"), { recursive: true, mode: 0o700 });
    this.environment = {
      ...Object.fromEntries(Object.entries(process.env).filter(([name]) => !ofThisRun.test(name))),
      PATH: (process.env.PATH ?? "")
        .split(delimiter)
        .filter((part) => !part.startsWith(projectRoot))
        .join(delimiter),
      HOME: this.home,
      PULUMI_HOME: join(this.folder, "pulumi-home"),
      // what this machine has downloaded already
      SASL_LAB_CACHE: cacheRoot,
      npm_config_cache: process.env.npm_config_cache ?? join(homedir(), ".npm"),
      npm_config_userconfig: process.env.npm_config_userconfig ?? join(homedir(), ".npmrc"),
      npm_config_prefer_offline: "true",
      npm_config_update_notifier: "false",
    };
  }

  /** Can log in to the host as root, and knows its key. */
  knows({ privateKeyFile, knownHostsFile }: LabHost): void {
    const ssh = join(this.home, ".ssh");
    // each host of the lab has a key of its own; the documents know one
    const key = join(ssh, this.#keys.length === 0 ? "id_ed25519" : `id_ed25519.${this.#keys.length}`);
    copyFileSync(privateKeyFile, key);
    this.#keys.push({ file: key });
    appendFileSync(join(ssh, "known_hosts"), readFileSync(knownHostsFile));
  }

  /** Takes what an authority signed as its machine takes what public ones sign. */
  trusts({ certificate }: Authority): void {
    const trusted = join(this.home, "authority.pem");
    writeFileSync(trusted, certificate);
    this.environment.NODE_EXTRA_CA_CERTS = trusted;
  }

  /** Has the keys of its home in an ssh-agent from now on. */
  async useAgent(): Promise<void> {
    this.#agent = await startAgent(this.folder);
    await this.#agent.add(...this.#keys);
    this.environment.SSH_AUTH_SOCK = this.#agent.socket;
  }

  /** The text of a block, which counts as followed. */
  block(file: string, begins: string, instead: Circumstances["instead"] = {}): string {
    const block = blocks().find((one) => one.file === file && one.begins === begins);
    if (block === undefined) throw new Error(`${file} has no block that begins with: ${begins}`);
    this.#followed.push(`${file}: ${begins} (${expect.getState().currentTestName})`);
    for (const name of Object.keys(instead)) expect(block.text).toContain(name);
    return Object.entries(instead).reduce((text, [name, here]) => text.replaceAll(name, here), block.text);
  }

  /** Runs a block of a document as it stands there, and gives what stood on the screen. */
  follow(file: string, begins: string, { instead, ...given }: Circumstances = {}): Promise<string> {
    return this.type(this.block(file, begins, instead), given);
  }

  /** Puts a block of configuration into the stack's file, as a person would by editing it. */
  edit(stack: string, file: string, begins: string, instead: Circumstances["instead"]): void {
    const path = join(this.project, `Pulumi.${stack}.yaml`);
    const { config, ...rest } = parse(readFileSync(path, "utf8"));
    const block = parse(this.block(file, begins, instead));
    writeFileSync(path, stringify({ ...rest, config: { ...config, ...block.config } }));
  }

  /** Runs commands that stand in the text of a document, or that the reader thinks of. */
  async type(text: string, { exitCode: expected = 0, ...given }: Circumstances = {}): Promise<string> {
    const { exitCode, output } = await inTerminal(text, { cwd: this.project, env: this.environment, ...given });
    const shown = exitCode === expected ? "" : `${text}\n…\n${output.slice(-4000)}`;
    expect({ exitCode, shown }).toEqual({ exitCode: expected, shown: "" });
    return output;
  }

  /** Every block that the table gives to test files was followed, in the test that the table names. */
  expectAllFollowed(...tests: CoveredBy["test"][]): void {
    const meant = Object.entries(documentedCommands).flatMap(([file, ways]) =>
      Object.entries(ways).flatMap(([begins, way]) =>
        "test" in way && tests.includes(way.test) ? [`${file}: ${begins} (${way.title})`] : [],
      ),
    );
    // one that is followed twice, on two backends, is one
    expect([...new Set(this.#followed)].sort()).toEqual(meant.sort());
  }

  /** Takes the folder away. */
  forget(): void {
    this.#agent?.stop();
    // beside a program that still tidies up there, rmSync may end half-way and without an error
    for (let attempt = 0; existsSync(this.folder) && attempt < 5; attempt += 1)
      rmSync(this.folder, { recursive: true, force: true, maxRetries: 5 });
  }
}
