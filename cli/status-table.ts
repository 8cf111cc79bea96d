// The status of the hosts as a table: one row per host, readable on a terminal of 120 columns.
import type { HostStatus } from "./host-status.ts";

const nothing = "-";

const columns: readonly [string, (name: string, host: HostStatus, now: Date) => string | undefined][] = [
  ["host", (name) => name],
  ["address", (_name, { address }) => address],
  ["release", (_name, { release }) => /\d+/.exec(release ?? "")?.[0]?.padStart(2)],
  ["postfix", (_name, { versions }) => versions?.postfix],
  ["sasl2-bin", (_name, { versions }) => versions?.["sasl2-bin"]],
  ["state", (_name, { state }) => state],
  ["ports", (_name, { ports }) => ports?.join(" ")],
  ["AUTH", (_name, { mechanisms }) => mechanisms?.join(" ")],
  [
    "proved",
    (_name, { provedAt, unproved }, now) =>
      unproved === undefined
        ? provedAt && `${daysBetween(provedAt, now)} d ago`
        : `NOT SINCE ${unproved.join(" ")} CHANGED`,
  ],
  ["certificate", (_name, { certificateExpires: end }, now) => end && `${daysBetween(now, end)} d left`],
];

const nowColumn: (typeof columns)[number] = [
  "now",
  (_name, { now }) => {
    if (now === undefined) return undefined;
    if (now.failed !== undefined) return `FAILED: ${now.failed}`;
    if (!now.reached) return "not looked at: nothing of it is in the state; npm run doctor looks at it";
    return now.changes.length === 0 ? "as wanted" : `up would change ${now.changes.join(" ")}`;
  },
];

export function statusTable(hosts: Readonly<Record<string, HostStatus>>, now: Date): string {
  const shown = Object.values(hosts).some((host) => host.now !== undefined) ? [...columns, nowColumn] : columns;
  const rows = Object.entries(hosts).map(([name, host]) => shown.map(([, cell]) => cell(name, host, now) || nothing));
  const all = [shown.map(([title]) => title), ...rows];
  const widths = shown.map((_column, index) => Math.max(...all.map((row) => row[index]?.length ?? 0)));
  return all
    .map((row) =>
      row
        .map((cell, index) => cell.padEnd(widths[index] ?? 0))
        .join("  ")
        .trimEnd(),
    )
    .join("\n");
}

function daysBetween(from: string | Date, to: string | Date): number {
  return Math.floor((new Date(to).getTime() - new Date(from).getTime()) / 86_400_000);
}
