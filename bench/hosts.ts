// The hosts of a benchmark: bare ones with a mail user, a set for each contender, and back to bare between two first runs.
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import {
  createHost,
  type Debian,
  destroyHost,
  knownHosts,
  type LabHost,
  openRelay,
  resetHost,
  snapshotHost,
} from "../lab/hosts/index.ts";
import { mailUser, setPassword, shell } from "../test/support/host.ts";
import { smtplib } from "../test/support/mail-client.ts";
import type { Target } from "./contender.ts";

const bareState = "bare";

export interface HostSet extends AsyncDisposable {
  readonly targets: readonly Target[];
  /** As before the first run. */
  reset(): Promise<void>;
  /** Logs in from outside, on every host. */
  prove(): Promise<void>;
}

export interface HostSetOptions {
  readonly debian: Debian;
  readonly count: number;
  readonly python: boolean;
  /** Round trip in milliseconds, added by a relay. */
  readonly roundTrip: number;
}

export async function makeHosts(prefix: string, folder: string, options: HostSetOptions): Promise<HostSet> {
  const names = Array.from({ length: options.count }, (_, index) => `${prefix}-${index + 1}`);
  // one after the other: booting keeps both cores busy
  const hosts: LabHost[] = [];
  try {
    for (const name of names) hosts.push(await bareHost(name, options));
  } catch (error) {
    for (const host of hosts) await destroyHost(host);
    throw error;
  }
  const relays = await Promise.all(
    options.roundTrip === 0 ? [] : hosts.map((host) => openRelay(host, { latencyMs: options.roundTrip / 2 })),
  );
  const targets = await Promise.all(
    hosts.map(async (host, index): Promise<Target> => {
      const { name, privateKeyFile } = host;
      const relay = relays[index];
      if (relay === undefined)
        return { name, address: host.address, port: 22, privateKeyFile, knownHostsFile: host.knownHostsFile };
      const knownHostsFile = join(folder, `${name}.known_hosts`);
      writeFileSync(knownHostsFile, await knownHosts(host, relay.address, relay.port));
      return { name, address: relay.address, port: relay.port, privateKeyFile, knownHostsFile };
    }),
  );
  return {
    targets,
    reset: async () => {
      for (const host of hosts) await resetHost(host, bareState);
    },
    prove: async () => {
      for (const { address, name } of hosts) {
        const { code } = await smtplib({ host: address, port: 465, user: mailUser.name, password: mailUser.password });
        if (code !== 235) throw new Error(`${name} answers a login with ${code}`);
      }
    },
    [Symbol.asyncDispose]: async () => {
      for (const relay of relays) relay.close();
      for (const host of hosts) await destroyHost(host);
    },
  };
}

async function bareHost(name: string, { debian, python }: HostSetOptions): Promise<LabHost> {
  await destroyHost({ name });
  const host = await createHost(name, { debian });
  await shell(host, `useradd -m ${mailUser.name}`);
  await setPassword(host, mailUser.password);
  if (python) await shell(host, "apt-get -qq update && apt-get -qq install -y python3-apt >/dev/null 2>&1");
  await snapshotHost(host, bareState);
  return host;
}
