// The shards of a fleet: the hosts of a stack's file, in as many shards as there are already.
import { projectRoot } from "../paths.ts";
import { stackReader } from "../stack/reader.ts";
import { assigned, canaryShard, numberOf, type Shard, shardsFor } from "./assignment.ts";
import { type FleetEngine, fleetEngine } from "./engine.ts";
import { type FleetHost, inventoryIn, readStackFile, type StackFile } from "./inventory.ts";
import { writeShardFile } from "./shard-file.ts";

export interface Split {
  readonly stack?: string;
  /** About how many hosts a shard has, where there are none yet. */
  readonly shardSize: number;
  readonly shards?: number;
  /** Names of shards, where not all are meant. */
  readonly only?: readonly string[];
}

export interface Plan {
  /** The stack whose file has the hosts. */
  readonly base: string;
  readonly file: StackFile;
  readonly engine: FleetEngine;
  /** How many numbered shards there are. */
  readonly count: number;
  /** How many there were before. */
  readonly before: number;
  /** The names of all hosts, not only of those in `shards`. */
  readonly fleet: ReadonlySet<string>;
  /** Those to be run, in their order. */
  readonly shards: readonly Shard<FleetHost>[];
}

export async function planFor({ stack, shardSize, shards, only }: Split, { mayShrink = false } = {}): Promise<Plan> {
  const base = await (await stackReader(stack)).name();
  const file = readStackFile(projectRoot, base);
  const hosts = inventoryIn(file, base);
  const engine = await fleetEngine(base);
  const stacks = await engine.stacks();
  if (stacks === undefined && shards === undefined)
    throw new Error("this backend cannot list its stacks: say with --shards in how many the hosts are split");
  const before = Math.max(0, ...[...(stacks ?? [])].map((name) => numberOf(base, name) ?? 0));
  const count = shards ?? (before || shardsFor(hosts, shardSize));
  if (count < before && !mayShrink)
    throw new Error(
      `${base} has ${before} shards, not ${count}: npm run fleet -- move --shards ${count} hands the hosts over, and touches none of them`,
    );
  const canary = canaryShard(base);
  const all = assigned(base, hosts, count);
  const left =
    stacks?.has(canary) && !all.some((shard) => shard.stack === canary) ? [{ stack: canary, hosts: [] }] : [];
  const used = [...left, ...all].filter((shard) => shard.hosts.length > 0 || stacks?.has(shard.stack));
  const strange = only?.find((name) => !used.some((shard) => shard.stack === name));
  if (strange !== undefined)
    throw new Error(
      `${base} has no shard ${strange}; it has ${used.map((shard) => shard.stack).join(", ") || "no hosts"}`,
    );
  return {
    base,
    file,
    engine,
    count,
    before,
    fleet: new Set(hosts.map(({ name }) => name)),
    shards: only === undefined ? used : used.filter((shard) => only.includes(shard.stack)),
  };
}

/** The stack of a shard, made where it is not there, with its file as it is to be. */
export async function stackOf({ base, file, engine }: Plan, shard: Shard<FleetHost>) {
  const write = () => writeShardFile(projectRoot, base, file, shard);
  write();
  const { secretsprovider: provider } = file.rest;
  const stack = await engine.stack(shard.stack, typeof provider === "string" ? provider : undefined);
  // `stack init` may have put a key of its own into the file.
  write();
  return stack;
}
