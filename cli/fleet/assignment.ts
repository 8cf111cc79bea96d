// Which shard a host belongs to: rendezvous hashing of its name (Thaler and Ravishankar, 1998). Only
// the name and the number of shards count, so that adding or removing a host moves no other, and one
// shard more takes hosts from each of the others and moves none between them.
import { createHash } from "node:crypto";

/** The group whose hosts are a shard of their own, which goes first. */
export const canaryGroup = "canary";

export interface Member {
  readonly name: string;
  readonly group?: string | undefined;
}

export interface Shard<Host extends Member = Member> {
  /** The name of its stack. */
  readonly stack: string;
  readonly hosts: readonly Host[];
}

/** How many shards are needed for so many hosts of about `size` each. */
export function shardsFor(hosts: readonly Member[], size: number): number {
  return Math.ceil(hosts.filter(({ group }) => group !== canaryGroup).length / size);
}

/** The shards in the order in which they go; one may have no host. */
export function assigned<Host extends Member>(base: string, hosts: readonly Host[], count: number): Shard<Host>[] {
  const numbered = Array.from({ length: count }, (): Host[] => []);
  const canaries: Host[] = [];
  const seeds = numbered.map((_, index) => hashOf(`shard ${index + 1}`));
  for (const host of hosts) {
    const home = host.group === canaryGroup ? canaries : numbered[winner(hashOf(host.name), seeds)];
    home?.push(host);
  }
  return [
    ...(canaries.length === 0 ? [] : [{ stack: canaryShard(base), hosts: canaries }]),
    ...numbered.map((members, index) => ({ stack: numberedShard(base, index + 1), hosts: members })),
  ];
}

export function canaryShard(base: string): string {
  return `${base}-shard-canary`;
}

/**
 * @example numberedShard("production", 3) // "production-shard-03"
 */
export function numberedShard(base: string, number: number): string {
  return `${base}-shard-${String(number).padStart(2, "0")}`;
}

/** The number of a shard of the stack; `undefined` for another stack. */
export function numberOf(base: string, stack: string): number | undefined {
  const number = stack.startsWith(`${base}-shard-`) ? stack.slice(`${base}-shard-`.length) : "";
  return /^\d{2,}$/.test(number) ? Number(number) : undefined;
}

/** The index of the highest weight; the lower one of two that are equal. */
function winner(host: number, seeds: readonly number[]): number {
  let [best, highest] = [0, -1];
  for (const [index, seed] of seeds.entries()) {
    const weight = mixed(host ^ seed);
    if (weight > highest) [best, highest] = [index, weight];
  }
  return best;
}

function hashOf(text: string): number {
  return createHash("sha256").update(text).digest().readUInt32BE();
}

/** The last step of MurmurHash3 (fmix32): with a digest for each host times shard 10,000 hosts took seconds. */
function mixed(value: number): number {
  let hash = value;
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return (hash ^ (hash >>> 16)) >>> 0;
}
