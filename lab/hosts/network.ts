// The lab's network: one bridge on this machine, and a network name space with one cable to it for each host.
// There is no route to anywhere else, so a host reaches this machine and the other hosts only.
import { existsSync, readFileSync } from "node:fs";
import { execa } from "execa";
import { withLock } from "./lock.ts";
import { hostNames, readRecord } from "./record.ts";

const bridge = "sasl-lab0";
const network = "10.213.0";
/** This machine, as the hosts see it. */
export const operatorAddress = `${network}.1`;
/** The committed stack of the environment "dev" names this address. */
const fixed: Record<string, string> = { dev: `${network}.10` };

/** An address nobody has; `claim` must write it down before it returns, then nobody else gets it. */
export async function claimAddress(name: string, claim: (address: string) => Promise<void>): Promise<void> {
  await withLock("network", async () => {
    const taken = new Set<string | undefined>();
    for (const other of await hostNames()) taken.add((await readRecord(other))?.address);
    const free = Array.from({ length: 235 }, (_, index) => `${network}.${20 + index}`).find(
      // A cable without a record: a host of another SASL_LAB_CACHE.
      (each) => !taken.has(each) && !interfaceExists(cableOf(each)),
    );
    const address = fixed[name] ?? free;
    if (!address) throw new Error("All addresses of the lab are taken; remove hosts with: npm run lab -- destroy NAME");
    await claim(address);
  });
}

export function namespaceOf(name: string): string {
  return `sasl-lab-${name}`;
}

/** Where the kernel shows the name space. */
export function namespacePath(name: string): string {
  return `/run/netns/${namespaceOf(name)}`;
}

/** Makes the host's network afresh. The host must not be running. */
export async function plugIn(name: string, address: string): Promise<void> {
  const octet = lastOctet(address);
  const inside = ["-n", namespaceOf(name)];
  await withLock("network", async () => {
    await removeNamespace(name, address);
    if (!interfaceExists(bridge)) {
      // Hardware addresses are given: else the bridge changes its own with every port, and a host that is started
      // again answers under a new one, and both sides talk to the old one for seconds.
      await ip("link", "add", "name", bridge, "address", hardwareAddress(1), "type", "bridge");
      await ip("addr", "add", `${operatorAddress}/24`, "dev", bridge);
      await ip("link", "set", bridge, "up");
    }
    await ip("netns", "add", namespaceOf(name));
    const peer = ["peer", "name", "host0", "address", hardwareAddress(octet), "netns", namespaceOf(name)];
    await ip("link", "add", "name", cableOf(address), "type", "veth", ...peer);
    await ip("link", "set", cableOf(address), "master", bridge, "up");
    await ip(...inside, "addr", "add", `${address}/24`, "dev", "host0");
    await ip(...inside, "link", "set", "lo", "up");
    await ip(...inside, "link", "set", "host0", "up");
  });
}

/** Removes the host's network and, after the last host, the bridge. */
export async function unplug(name: string, address: string | undefined): Promise<void> {
  await withLock("network", async () => {
    await removeNamespace(name, address);
    if (!interfaceExists(bridge)) return;
    const { stdout } = await execa("ip", ["-o", "link", "show", "master", bridge]);
    if (stdout === "") await ip("link", "delete", bridge);
  });
}

async function removeNamespace(name: string, address: string | undefined): Promise<void> {
  if (address && interfaceExists(cableOf(address))) await ip("link", "delete", cableOf(address));
  if (existsSync(namespacePath(name))) await ip("netns", "delete", namespaceOf(name));
}

/** Of this process's own network name space, unlike /sys/class/net, which belongs to the one that mounted /sys (network_namespaces(7)). */
function interfaceExists(name: string): boolean {
  return new RegExp(`^ *${name}:`, "m").test(readFileSync("/proc/self/net/dev", "utf8"));
}

function cableOf(address: string): string {
  return `sasl-lab-${lastOctet(address)}`;
}

function lastOctet(address: string): number {
  return Number(address.split(".").at(-1));
}

function hardwareAddress(octet: number): string {
  return `02:5a:51:00:00:${octet.toString(16).padStart(2, "0")}`;
}

async function ip(...args: string[]): Promise<void> {
  await execa("ip", args);
}
