// The status of the hosts: a row for each in a table, or a block of lines for each where the
// terminal is too narrow for the table.
import type { HostStatus } from "./host-status.ts";
import { daysBetween } from "./time.ts";

const nothing = "-";

const allColumns: readonly [string, (name: string, host: HostStatus, now: Date) => string | undefined][] = [
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

const nowColumn: (typeof allColumns)[number] = [
  "now",
  (_name, { now }) => {
    if (now === undefined) return undefined;
    if (now.failed !== undefined) return `FAILED: ${now.failed}`;
    if (!now.reached) return "not looked at: nothing of it is in the state; npm run doctor looks at it";
    return now.changes.length === 0 ? "as wanted" : `up would change ${now.changes.join(" ")}`;
  },
];

/** `columns` are those of the terminal; without a terminal there is no limit. */
export function statusTable(hosts: Readonly<Record<string, HostStatus>>, now: Date, columns = Infinity): string {
  const shown = Object.values(hosts).some((host) => host.now !== undefined) ? [...allColumns, nowColumn] : allColumns;
  const titles = shown.map(([title]) => title);
  const rows = Object.entries(hosts).map(([name, host]) => shown.map(([, cell]) => cell(name, host, now) || nothing));
  const lines = aligned([titles, ...rows]);
  if (lines.every((line) => line.length <= columns)) return lines.join("\n");
  return rows.map((row) => aligned(row.map((cell, index) => [titles[index] ?? "", cell])).join("\n")).join("\n\n");
}

/** The cells of each column below each other. */
function aligned(rows: readonly (readonly string[])[]): string[] {
  const width = (column: number) => Math.max(...rows.map((row) => row[column]?.length ?? 0));
  const widths = rows[0]?.map((_cell, column) => width(column)) ?? [];
  return rows.map((row) =>
    row
      .map((cell, column) => cell.padEnd(widths[column] ?? 0))
      .join("  ")
      .trimEnd(),
  );
}
