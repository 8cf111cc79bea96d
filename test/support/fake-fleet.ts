// A checkout with a fleet of hosts that do not exist: SSH servers in one process, which answer as a recorded host did, and shards whose
// states say that all of them are as wanted. What the engine, the programs and SSH do is real.
import { mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { execa } from "execa";
import { parse, stringify } from "yaml";
import { type Fakes, startFakes } from "../../bench/fleet/fakes.ts";
import type { Recording } from "../../bench/fleet/recording.ts";
import { copyOf, multiplied } from "../../bench/fleet/state.ts";
import { ensureEngine } from "../../cli/engine/engine.ts";
import { engineEnvironment } from "../../cli/engine/environment.ts";
import { assigned } from "../../cli/fleet/assignment.ts";
import { mailUser } from "./host.ts";
import { checkOut } from "./workflow.ts";

export interface FakeFleet extends AsyncDisposable {
  readonly base: string;
  /** The checked-out project. */
  readonly project: string;
  readonly environment: NodeJS.ProcessEnv;
  /** Of the process with the hosts. */
  readonly pid: number;
  readonly names: readonly string[];
  /** Runs the command as a person would type it. */
  fleet(...words: string[]): Promise<{ exitCode: number; stdout: string; stderr: string }>;
  /** Writes the list of hosts, some of them reached at another port. */
  list(ports?: Readonly<Record<string, number>>, settings?: Readonly<Record<string, unknown>>): void;
}

interface Options {
  readonly folder: string;
  readonly hosts: number;
  readonly shards: number;
  readonly recording: Recording;
  /** The state's backend; else the checkout's own folder. */
  readonly backend?: string;
}

/** A host of a fleet takes this time for each dial that fails, and no second one. */
const oneDial = { dialErrorLimit: 0, perDialTimeout: 5 };

export async function fakeFleet({ folder, hosts, shards, recording, backend }: Options): Promise<FakeFleet> {
  const base = "big";
  const project = join(folder, "project");
  mkdirSync(folder, { recursive: true });
  checkOut(project);
  const fakes: Fakes = await startFakes(folder, hosts, recording.answersFile);
  const engine = engineEnvironment(await ensureEngine(), { stateFolder: join(project, ".lab", "pulumi") });
  const environment = {
    ...engine,
    ...(backend === undefined ? {} : { PULUMI_BACKEND_URL: backend }),
    // The recorded state is under this one, as `npm run bench` makes it.
    PULUMI_CONFIG_PASSPHRASE: "bench",
    PULUMI_HOME: join(folder, "pulumi-home"),
    HOME: folder,
  };
  const quiet = { cwd: project, env: environment, extendEnv: false } as const;
  const file = (stack: string) => join(project, `Pulumi.${stack}.yaml`);
  let secrets: Record<string, unknown> = {};
  const list: FakeFleet["list"] = (ports = {}, settings = {}) => {
    const config = {
      hosts: fakes.targets.map(({ name, address, port, privateKeyFile }) => ({
        name,
        connection: { host: address, port: ports[name] ?? port, privateKeyFile, ...(name in ports ? oneDial : {}) },
      })),
      rollout: { canary: 0 },
      proofUsername: mailUser.name,
      allowCleartext: true,
      ...settings,
    };
    const own = Object.fromEntries(Object.entries(config).map(([key, value]) => [`sasl-mail-host:${key}`, value]));
    writeFileSync(file(base), stringify({ ...secrets, config: { ...own, ...((secrets.config as object) ?? {}) } }));
  };
  // The fleet's own file needs a salt, as one with a secret has; its stack does not have to stay.
  await execa("pulumi", ["stack", "init", base, "--no-select"], quiet);
  const set = ["config", "set", "--secret", "proofPassword", "--stack", base];
  await execa("pulumi", set, { ...quiet, input: mailUser.password });
  secrets = parse(readFileSync(file(base), "utf8"));
  await execa("pulumi", ["stack", "rm", base, "--yes", "--preserve-config"], quiet);
  list();
  const members = fakes.targets.map((target) => ({ ...target, group: undefined }));
  for (const { stack, hosts: own } of assigned(base, members, shards)) {
    await execa("pulumi", ["stack", "init", stack, "--no-select"], quiet);
    const state = multiplied(recording.state, recording.name, own.map(copyOf));
    const input = state
      .replaceAll("urn:pulumi:bench::", `urn:pulumi:${stack}::`)
      .replaceAll("sasl-mail-host-bench", `sasl-mail-host-${stack}`);
    await execa("pulumi", ["stack", "import", "--stack", stack], { ...quiet, input });
    rmSync(file(stack), { force: true });
  }
  return {
    base,
    project,
    environment,
    pid: fakes.pid,
    names: fakes.targets.map(({ name }) => name),
    list,
    fleet: async (...words) => {
      const options = { ...quiet, reject: false, stdin: "ignore" } as const;
      const command = ["cli/fleet.ts", ...words, "--stack", base];
      const { exitCode = -1, stdout, stderr } = await execa(process.execPath, command, options);
      return { exitCode, stdout, stderr };
    },
    [Symbol.asyncDispose]: async () => {
      await fakes[Symbol.asyncDispose]();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
