// The order in which shards run: the first one alone, the others some at a time, and none more when
// too many hosts have failed or somebody has asked for the end.

export interface Rules {
  readonly atOnce: number;
  /** Whether the first runs alone, and must have no failure. */
  readonly canary: boolean;
  /** After so many failed hosts no further shard is begun. */
  readonly maxFailures: number;
  readonly stop: AbortSignal;
}

/** `run` gives the number of failed hosts. Those that were not begun are given back. */
export async function schedule<Shard>(
  shards: readonly Shard[],
  { atOnce, canary, maxFailures, stop }: Rules,
  run: (shard: Shard) => Promise<number>,
): Promise<Shard[]> {
  let failures = 0;
  let allowed = maxFailures;
  const waiting = [...shards];
  const mayBegin = () => waiting.length > 0 && failures < allowed && !stop.aborted;
  const runNext = async () => {
    const failed = await run(waiting.shift() as Shard);
    failures += failed;
  };
  const worker = async () => {
    while (mayBegin()) await runNext();
  };
  if (canary && mayBegin()) {
    await runNext();
    if (failures > 0) allowed = 0;
  }
  await Promise.all(Array.from({ length: atOnce }, worker));
  return waiting;
}
