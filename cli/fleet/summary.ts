// What came of a fleet's run: a few lines for a person, JSON for a program, and the exit code.
import { counted } from "./display.ts";
import type { HostResult, Result } from "./host-results.ts";

export interface ShardEnd {
  readonly stack: string;
  /** "not begun": after failures, or since somebody has asked for the end. */
  readonly ended: "done" | "failed" | "not begun" | "interrupted";
  /** Why the shard as a whole could not run. */
  readonly why?: string;
  readonly seconds: number;
  readonly hosts: readonly HostResult[];
  /** Hosts that are in no list any more. */
  readonly leaving?: readonly string[];
}

export interface FleetEnd {
  readonly command: string;
  readonly stack: string;
  readonly seconds: number;
  readonly interrupted: boolean;
  readonly shards: readonly ShardEnd[];
}

const results: readonly Result[] = ["as wanted", "changed", "to change", "given back", "failed", "not tried"];

/**
 * 0; 1 = a host failed or was not tried, or a shard could not run; 130 = interrupted by a signal
 * (128 + SIGINT); 7 = an `up` would change something, where a look was asked for to see that.
 */
export function exitOf({ command, interrupted, shards }: FleetEnd): 0 | 1 | 7 | 130 {
  if (interrupted) return 130;
  const hosts = shards.flatMap((shard) => shard.hosts);
  const bad = hosts.some(({ result }) => result === "failed" || result === "not tried");
  if (bad || shards.some(({ ended }) => ended !== "done")) return 1;
  if (command !== "drift") return 0;
  return hosts.some(({ result }) => result === "to change") || shards.some((shard) => shard.leaving?.length) ? 7 : 0;
}

/** As a program reads it. */
export function asJson(end: FleetEnd): string {
  return JSON.stringify({ ...end, exitCode: exitOf(end) }, null, 2);
}

export function summaryOf(end: FleetEnd): string {
  const hosts = end.shards.flatMap((shard) => shard.hosts);
  const counts = results.flatMap((result) => {
    const count = hosts.filter((host) => host.result === result).length;
    return count === 0 ? [] : [`${count} ${result}`];
  });
  const told = end.shards.flatMap(({ stack, ended, why, leaving = [], hosts }) => [
    ...(why === undefined ? [] : [`${stack}: ${ended.toUpperCase()}: ${why.trim()}`]),
    ...(leaving.length === 0 ? [] : [`${stack}: not in the list any more: ${leaving.join(", ")}`]),
    ...hosts.flatMap((host) => lineAbout(host)),
  ]);
  const behind = end.shards.filter(({ ended }) => ended === "not begun").map(({ stack }) => stack);
  return [
    ...told,
    ...(behind.length === 0 ? [] : [`not begun: ${behind.join(", ")}; the same command goes on with them`]),
    `${end.command} ${end.stack}: ${counted(hosts.length, "host")} in ${counted(end.shards.length, "shard")}, ${end.seconds.toFixed(0)} s: ${counts.join(", ") || "nothing done"}`,
  ].join("\n");
}

function lineAbout({ host, result, why, changes = [] }: HostResult): string[] {
  if (result === "failed") return [`${host} FAILED: ${why}`];
  return result === "to change" ? [`${host}: up would change ${changes.join(" ")}`] : [];
}
