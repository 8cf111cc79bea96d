// Ours, and the bare engine: two Pulumi programs run in the same way, with the same levers.
import { cpSync, mkdirSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { execa } from "execa";
import { ensureEngine } from "../../cli/engine/engine.ts";
import { engineEnvironment } from "../../cli/engine/environment.ts";
import { beginStack } from "../../lab/engine/new-stack.ts";
import { projectRoot } from "../../lab/paths.ts";
import { mailUser } from "../../test/support/host.ts";
import type { Contender, Job } from "../contender.ts";

const resourcesPerHost = 8;

export const ours: Contender = {
  name: "sasl-mail-host",
  prepare: async (folder, targets) => {
    const hosts = targets.map(({ name, address, port, privateKeyFile, knownHostsFile }) => ({
      name,
      connection: { host: address, port, privateKeyFile, ...(knownHostsFile === "" ? {} : { knownHostsFile }) },
    }));
    // all hosts at once, as the peers do; by default one goes first
    const values = { hosts, rollout: { canary: 0 }, proofUsername: mailUser.name, allowCleartext: true };
    return await jobOf("sasl-mail-host", projectRoot, folder, values, mailUser.password);
  },
};

export const bare: Contender = {
  name: "bare engine",
  withoutHosts: true,
  prepare: async (folder, targets) =>
    await jobOf("bare", programOf(folder), folder, { count: resourcesPerHost * targets.length }),
};

/** The bare program as a user would have it: in a folder of its own. */
function programOf(folder: string): string {
  const program = join(folder, "program");
  cpSync(join(projectRoot, "bench", "bare"), program, { recursive: true });
  symlinkSync(join(projectRoot, "node_modules"), join(program, "node_modules"));
  return program;
}

async function jobOf(
  project: string,
  cwd: string,
  folder: string,
  values: Record<string, unknown>,
  password?: string,
): Promise<Job> {
  const state = join(folder, "state");
  const configFile = join(folder, "Pulumi.bench.yaml");
  const at = ["--stack", "bench", "--config-file", configFile];
  const env = {
    ...engineEnvironment(await ensureEngine(), { stateFolder: state }),
    PULUMI_CONFIG_PASSPHRASE: "bench",
    PULUMI_HOME: join(folder, "home"),
  };
  const quiet = { cwd, env, extendEnv: false } as const;
  mkdirSync(folder, { recursive: true });
  const config = Object.fromEntries(Object.entries(values).map(([key, value]) => [`${project}:${key}`, value]));
  writeFileSync(configFile, JSON.stringify({ config }));
  const forget = async () => {
    rmSync(state, { recursive: true, force: true });
    mkdirSync(state, { recursive: true });
    await beginStack({ name: "bench", project: cwd, folder, env });
  };
  await forget();
  if (password !== undefined)
    await execa("pulumi", ["config", "set", "--secret", "proofPassword", ...at], { ...quiet, input: password });
  const command = (...words: string[]) => ({ argv: ["pulumi", "--non-interactive", ...words, ...at], cwd, env });
  return {
    apply: command("up", "--yes", "--skip-preview"),
    dry: command("preview"),
    preview: command("preview", "--refresh=false"),
    forget,
  };
}
