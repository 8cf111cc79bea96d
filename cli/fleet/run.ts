// Runs a fleet: its shards by the rules, with a display, and a stop in order on a signal.
import { counted, type Display, span } from "./display.ts";
import type { Plan } from "./plan.ts";
import { stackOf } from "./plan.ts";
import { schedule } from "./schedule.ts";
import { runShard, type ShardResult, type Task } from "./shard-run.ts";
import type { FleetEnd, ShardEnd } from "./summary.ts";

export interface RunOptions {
  readonly command: string;
  readonly task: Task;
  readonly atOnce: number;
  readonly canary: boolean;
  readonly maxFailures: number;
  /** Resources of a shard that the engine works on at once; by default one for each host. */
  readonly parallel?: number;
}

export interface FleetRun {
  readonly end: FleetEnd;
  /** What was seen of each shard, for a report. */
  readonly seen: ReadonlyMap<string, ShardResult>;
}

/** The engine's own default is four for each core, all of which a few hosts that hang would take. */
const leastParallel = 16;

export async function runFleet(plan: Plan, options: RunOptions, display: Display): Promise<FleetRun> {
  const begun = performance.now();
  const seconds = (from: number) => Number(((performance.now() - from) / 1000).toFixed(1));
  const stop = new AbortController();
  const interrupted = onSignals(() => {
    stop.abort();
    plan.engine.interrupt();
  });
  const ends = new Map<string, ShardEnd>();
  const seen = new Map<string, ShardResult>();
  const runOne = async (shard: Plan["shards"][number]): Promise<number> => {
    const from = performance.now();
    const onHost = (of: Task, host: string) =>
      of === "look" && options.task !== "look" ? display.looked(host) : display.done(host);
    const parallel = options.parallel ?? Math.max(leastParallel, shard.hosts.length);
    try {
      const stack = await stackOf(plan, shard);
      const result = await runShard(stack, shard, options.task, {
        engine: plan.engine,
        fleet: plan.fleet,
        parallel,
        onHost,
        stop: stop.signal,
      });
      seen.set(shard.stack, result);
      const ended = stop.signal.aborted && result.hosts.some((host) => host.result === "not tried");
      ends.set(shard.stack, {
        stack: shard.stack,
        ended: ended ? "interrupted" : "done",
        seconds: seconds(from),
        hosts: result.hosts,
        ...(result.leaving?.length ? { leaving: result.leaving } : {}),
      });
    } catch (error) {
      const ended = stop.signal.aborted ? "interrupted" : "failed";
      const why = stop.signal.aborted ? "stopped in order" : helped(error as Error, shard.stack);
      const hosts = shard.hosts.map(({ name }) => ({ host: name, result: "not tried", why }) as const);
      ends.set(shard.stack, { stack: shard.stack, ended, why, seconds: seconds(from), hosts });
    }
    return tell(display, ends.get(shard.stack) as ShardEnd);
  };
  const waiting = await schedule(plan.shards, { ...options, stop: stop.signal }, runOne).finally(interrupted.end);
  display.end();
  for (const { stack, hosts } of waiting) {
    const untried = hosts.map(({ name }) => ({ host: name, result: "not tried" }) as const);
    ends.set(stack, { stack, ended: "not begun", seconds: 0, hosts: untried });
  }
  const shards = plan.shards.flatMap(({ stack }) => ends.get(stack) ?? []);
  const { command } = options;
  return {
    end: { command, stack: plan.base, seconds: seconds(begun), interrupted: stop.signal.aborted, shards },
    seen,
  };
}

/** Says how a shard ended, and gives the number of its hosts that failed. */
function tell(display: Display, { stack, ended, why, seconds, hosts }: ShardEnd): number {
  const failed = hosts.filter(({ result }) => result === "failed");
  for (const { host, result } of hosts)
    if (result === "failed") display.failed(host);
    else if (result !== "not tried") display.done(host);
  // What to do next stands in the summary.
  for (const { host, why } of failed) display.say(`${stack}: ${host} FAILED: ${why?.split(" – ")[0]}`, { isBad: true });
  const isBad = failed.length > 0 || ended !== "done";
  const what =
    why === undefined ? `${counted(hosts.length, "host")}, ${failed.length} failed` : `${ended.toUpperCase()}: ${why}`;
  display.shardEnded(`${stack}: ${what} (${span(seconds * 1000)})`, { isBad });
  // A shard that could not run at all counts as one failure.
  return failed.length || (ended === "failed" ? 1 : 0);
}

/** The engine's lock outlives an engine that was killed. */
function helped({ message }: Error, stack: string): string {
  return /currently locked by/.test(message)
    ? `${message.trim()}\nWhere no such run is going on any more: npm run pulumi -- cancel --yes ${stack}`
    : message;
}

/** Copies of a signal within a second are one: `npm run` sends a second one of each Ctrl-C. */
function onSignals(ask: () => void): { end(): void } {
  const signals = ["SIGINT", "SIGTERM", "SIGHUP"] as const;
  let last = Number.NEGATIVE_INFINITY;
  const heard = () => {
    if (performance.now() - last < 1000) return;
    last = performance.now();
    ask();
  };
  for (const signal of signals) process.on(signal, heard);
  return {
    end: () => {
      for (const signal of signals) process.off(signal, heard);
    },
  };
}
