// One shard's run of the engine: a look, and where the look finds something to do, the change. A look
// writes no state, so that a fleet that is right costs no checkpoints.
import type { EngineEvent as SdkEvent, Stack } from "@pulumi/pulumi/automation/index.js";
import type { EngineEvent } from "../engine-events.ts";
import { exitOf, type Look, lookNow } from "../status-now.ts";
import type { Shard } from "./assignment.ts";
import { EngineError, type FleetEngine } from "./engine.ts";
import { type HostResult, hostDoneIn, hostsToLeave, resultsOfLook, resultsOfRun } from "./host-results.ts";
import type { FleetHost } from "./inventory.ts";

export type Task = "look" | "up" | "destroy";

export interface ShardResult {
  readonly hosts: readonly HostResult[];
  readonly look?: Look;
  /** Hosts that are in no list any more: an up gives them back, or has done so. */
  readonly leaving?: readonly string[];
}

export interface Circumstances {
  readonly engine: FleetEngine;
  /** The names of all hosts of the fleet. */
  readonly fleet: ReadonlySet<string>;
  /** How many resources the engine works on at once. */
  readonly parallel: number;
  readonly onHost: (of: Task, host: string) => void;
  readonly stop: AbortSignal;
}

export async function runShard(
  stack: Stack,
  shard: Shard<FleetHost>,
  task: Task,
  circumstances: Circumstances,
): Promise<ShardResult> {
  const { hosts } = shard;
  const names = hosts.map(({ name }) => name);
  const { engine } = circumstances;
  const run = runnerOf(stack, shard, circumstances);
  if (task === "destroy" || hosts.length === 0) return await takeAway(run, names, task, circumstances.fleet);
  const ask = async (...command: string[]) =>
    JSON.parse(await engine.run(...command, "--stack", stack.name)) as unknown;
  const look = await lookNow({ ask, preview: (exclude) => run("look", "preview", exclude) }, hosts);
  const leaving = hostsToLeave(look.log);
  refuseMoved(leaving, circumstances.fleet);
  const looked = resultsOfLook(look);
  const isRight = exitOf(look) !== 7 && !looked.some(({ result }) => result === "to change");
  if (task === "look" || isRight) return { hosts: looked, look, leaving };
  const { events, failed, output } = await run("up", "up");
  const results = resultsOfRun(events, names, "up");
  if (failed && !results.some(({ result }) => result === "failed")) throw new Error(complaintIn(output));
  return { hosts: results, leaving };
}

/** A destroy, and the end of a shard that has no host any more: its program would have nothing to be about. */
async function takeAway(
  run: ReturnType<typeof runnerOf>,
  names: readonly string[],
  task: Task,
  fleet: ReadonlySet<string>,
): Promise<ShardResult> {
  if (task !== "destroy") {
    const { events, failed, output } = await run("look", "previewDestroy");
    if (failed) throw new Error(complaintIn(output));
    const leaving = hostsToLeave(events);
    refuseMoved(leaving, fleet);
    if (task === "look" || leaving.length === 0) return { hosts: [], leaving };
  }
  const { events, failed, output } = await run("destroy", "destroy");
  const results = resultsOfRun(events, names, "destroy");
  if (failed && !results.some(({ result }) => result === "failed")) throw new Error(complaintIn(output));
  return { hosts: results, leaving: hostsToLeave(events).filter((host) => !names.includes(host)) };
}

/** Else the host would be put back as it was before, and made anew by the shard that has it now. */
function refuseMoved(leaving: readonly string[], fleet: ReadonlySet<string>): void {
  const moved = leaving.filter((host) => fleet.has(host));
  if (moved.length === 0) return;
  throw new Error(
    `this shard still keeps ${moved.join(", ")}, which another one is to have now; nothing was changed. Hand over first, which touches no host: npm run fleet -- move`,
  );
}

/** What the engine printed below "Diagnostics:", which says why a run failed as a whole; else all of it. */
function complaintIn(output: string): string {
  const [, said = output] = output.split(/^Diagnostics:\n/m);
  return said.split(/^(?:Outputs|Resources|Duration|Policies):?/m)[0]?.trim() ?? "";
}

/** Runs one operation, which may fail, and gathers the engine's events and what it printed. */
function runnerOf(stack: Stack, { hosts }: Shard, { parallel, onHost, stop }: Circumstances) {
  return async (
    of: Task,
    operation: "preview" | "up" | "destroy" | "previewDestroy",
    exclude: readonly string[] = [],
  ) => {
    stop.throwIfAborted();
    const log: string[] = [];
    const output: string[] = [];
    const onOutput = (text: string) => void output.push(text);
    const onEvent = (event: SdkEvent) => {
      log.push(JSON.stringify(event));
      const done = hostDoneIn(event as EngineEvent, of);
      if (done !== undefined) onHost(of, done);
    };
    // A shard without hosts has no program that could be run.
    const program = hosts.length === 0 ? { runProgram: false } : {};
    const options = {
      ...program,
      parallel,
      exclude: [...exclude],
      onEvent,
      onOutput,
      onError: onOutput,
      color: "never" as const,
    };
    const failed = await stack[operation](options).then(
      () => false,
      (error: unknown) => {
        if (error instanceof EngineError) return true;
        throw error;
      },
    );
    return { events: log.join("\n"), failed, output: output.join("") };
  };
}
