// Times one command as a whole: wall clock, and the CPU time of all its processes as the shell counts it.
import { execa } from "execa";
import type { Command } from "./contender.ts";

export interface Measured {
  readonly wall: number;
  /** Seconds of CPU, user and system, of the command and its children that it waited for. */
  readonly cpu: number;
}

/** A failing command is an error with all that it printed: a figure of a run that did not work is worth nothing. */
export async function measure({ argv, cwd, env = process.env }: Command): Promise<Measured> {
  const begun = performance.now();
  const result = await execa("sh", ["-c", '"$@" >&2; code=$?; times; exit $code', "sh", ...argv], {
    cwd,
    env,
    extendEnv: false,
    stdin: "ignore",
    reject: false,
    timeout: 900_000,
  });
  const wall = (performance.now() - begun) / 1000;
  if (result.exitCode !== 0) throw new Error(`${argv.join(" ")}: exit ${result.exitCode}\n${result.stderr}`);
  const [, children = ""] = result.stdout.split("\n");
  const cpu = children.split(" ").reduce((sum, text) => sum + seconds(text), 0);
  return { wall, cpu };
}

/** "1m2.345s", as `times` prints it. */
function seconds(text: string): number {
  const [, minutes = "0", rest = "0"] = /^(\d+)m([\d.]+)s$/.exec(text.trim()) ?? [];
  return 60 * Number(minutes) + Number(rest);
}

export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = Math.floor(sorted.length / 2);
  return sorted.length % 2 === 1 ? (sorted[middle] ?? 0) : ((sorted[middle - 1] ?? 0) + (sorted[middle] ?? 0)) / 2;
}
