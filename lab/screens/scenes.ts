// What the screens show: a host and a stack, and the commands on them one after the other.
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { ensureEngine } from "../../cli/engine/engine.ts";
import { engineEnvironment } from "../../cli/engine/environment.ts";
import { beginStack } from "../engine/new-stack.ts";
import { createHost, destroyHost, inside, type LabHost } from "../hosts/index.ts";
import { projectRoot } from "../paths.ts";

export interface Scene {
  readonly name: string;
  readonly command: string;
  /** What happens on the host before. */
  readonly byHand?: string;
  /** Keys of the stack that differ from the usual ones. */
  readonly changes?: Readonly<Record<string, unknown>>;
}

const up = "npm run pulumi -- up --yes --skip-preview";

/** In this order, each on what the one before has left. */
export const scenes: readonly Scene[] = [
  { name: "preview", command: "npm run pulumi -- preview" },
  { name: "up", command: up },
  {
    name: "drift",
    byHand: "chmod 755 /var/spool/postfix/var/run/saslauthd; systemctl stop saslauthd; postconf -F smtps/inet/chroot=n",
    command: "npm run pulumi -- preview --diff",
  },
  { name: "up-repairs", command: up },
  {
    name: "up-fails",
    command: up,
    changes: { options: { smtpd_tls_mandatory_protocls: ">=TLSv1.2" } },
  },
  { name: "up-unreachable", command: up, changes: { user: "alcie" } },
  { name: "status", command: "npm run status" },
];

const name = "screens";

export interface Stage {
  readonly env: NodeJS.ProcessEnv;
  prepare(scene: Scene): Promise<void>;
  /** Takes the host back to the day it was made, and begins the stack anew. */
  again(): Promise<void>;
  clear(): Promise<void>;
}

export async function setStage(): Promise<Stage> {
  const [engine] = await Promise.all([ensureEngine(), destroyHost({ name })]);
  const folder = mkdtempSync(join(tmpdir(), "sasl-mail-host-screens-"));
  const configFile = join(folder, "Pulumi.mail1.yaml");
  const state = join(folder, "state");
  mkdirSync(state);
  // As somebody has it who keeps the state elsewhere: nothing of this is a stack of the checkout.
  const own = {
    PULUMI_BACKEND_URL: `file://${state}`,
    PULUMI_HOME: join(folder, "pulumi-home"),
    PULUMI_CONFIG_PASSPHRASE: "screens",
    PULUMI_STACK: "mail1",
    PULUMI_OPTION_CONFIG_FILE: configFile,
  };
  const env = engineEnvironment(engine, { stateFolder: state });
  let host: LabHost | undefined;
  const configure = ({ user, ...changes }: Readonly<Record<string, unknown>> = {}) => {
    const { address, privateKeyFile, knownHostsFile } = host as LabHost;
    const connection = { host: address, user, privateKeyFile, knownHostsFile };
    const keys = { hosts: [{ name: "mail1", connection }], finalState: "stopped", ...changes };
    const config = Object.entries(keys).map(([key, value]) => [`sasl-mail-host:${key}`, value]);
    writeFileSync(configFile, JSON.stringify({ config: Object.fromEntries(config) }));
  };
  return {
    env: { ...process.env, ...own },
    prepare: async ({ byHand, changes }) => {
      configure(changes);
      if (byHand !== undefined && host !== undefined) await inside(host, ["sh", "-c", byHand]);
    },
    again: async () => {
      await destroyHost({ name });
      host = await createHost(name, { debian: 13 });
      rmSync(state, { recursive: true });
      mkdirSync(state);
      configure();
      await beginStack({ name: "mail1", project: projectRoot, folder, env: { ...env, ...own } });
    },
    clear: async () => {
      await destroyHost({ name });
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
