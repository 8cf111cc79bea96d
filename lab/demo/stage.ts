// What the demo plays on: a throw-away host with a mail user, and a stack of its own for it.
import { randomBytes } from "node:crypto";
import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { execa } from "execa";
import { ensureEngine } from "../../cli/engine/engine.ts";
import { engineEnvironment } from "../../cli/engine/environment.ts";
import { type Checkpoint, proofInState } from "../../cli/status-in-state.ts";
import { beginStack } from "../engine/new-stack.ts";
import { createHost, type Debian, destroyHost, inside } from "../hosts/index.ts";
import { checkoutMark, checkoutState, projectRoot } from "../paths.ts";
import { type Pulumi, pulumiFor } from "./pulumi.ts";

const name = "demo";
/** Not another checkout's, whose demo may run at the same time, or has kept its host. */
export const hostName = `${name}-${checkoutMark}`;
const folder = join(checkoutState, name);
const configFile = join(folder, `Pulumi.${name}.yaml`);
const at = ["--stack", name, "--config-file", configFile];

export interface Stage {
  readonly pulumi: Pulumi;
  /** The SMTP dialogue of the last proof. */
  transcript(): Promise<readonly string[]>;
  /** Runs shell text as root inside the host, not through SSH. */
  byHand(script: string): Promise<void>;
  clear(): Promise<void>;
}

/** A bare host of that release, and an empty stack. What an earlier demo left is removed first. */
export async function setStage(debian: Debian, signal: AbortSignal): Promise<Stage> {
  const [engine] = await Promise.all([ensureEngine(), destroyHost({ name: hostName })]);
  const host = await createHost(hostName, { debian, signal });
  const environment = {
    ...engineEnvironment(engine, { stateFolder: join(folder, "state") }),
    PULUMI_CONFIG_PASSPHRASE: "demo",
  };
  const quiet = { cwd: projectRoot, env: environment, extendEnv: false } as const;
  const password = randomBytes(12).toString("base64");

  rmSync(folder, { recursive: true, force: true });
  mkdirSync(join(folder, "state"), { recursive: true });
  const connection = { host: host.address, privateKeyFile: host.privateKeyFile, knownHostsFile: host.knownHostsFile };
  writeFileSync(
    configFile,
    JSON.stringify({
      config: {
        "sasl-mail-host:hosts": [{ name, connection }],
        "sasl-mail-host:proofUsername": "alice",
        "sasl-mail-host:finalState": "stopped",
      },
    }),
  );
  await beginStack({ name, project: projectRoot, folder, env: environment });
  await execa("pulumi", ["config", "set", "--secret", "proofPassword", ...at], { ...quiet, input: password });
  await inside(host, ["useradd", "--create-home", "alice"]);
  await inside(host, ["chpasswd"], { input: `alice:${password}\n` });

  return {
    pulumi: pulumiFor({ project: projectRoot, environment, at }),
    transcript: async () => {
      const { stdout } = await execa("pulumi", ["stack", "export", "--stack", name], quiet);
      return proofInState(JSON.parse(stdout) as Checkpoint, name)?.transcript ?? [];
    },
    byHand: async (script) => {
      process.stdout.write(`  # ${script}\n`);
      const { exitCode, stderr } = await inside(host, ["sh", "-c", script]);
      if (exitCode !== 0) throw new Error(stderr);
    },
    clear: async () => {
      await destroyHost(host);
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
