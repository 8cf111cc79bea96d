// The traces of a login that saslauthd answered: a row in its log when it refused, and daemons that
// ran meanwhile.
import { sh } from "../core/shell.ts";
import { type Fact, textOf } from "./fact.ts";
import type { LogRow } from "./host-log.ts";
import { executablesOf } from "./own-process.ts";
import type { RunningProcess } from "./process.ts";
import { parseSaslauthdOptions, saslauthdPath } from "./saslauthd.ts";

/**
 * Process → how often it was taken off the CPU, by itself or by the kernel (proc_pid_status(5)).
 * The number stays the same for a daemon without requests.
 */
export type Awakenings = ReadonlyMap<number, number>;

const name = "how often saslauthd woke up (/proc)";

export const awakenings: Fact<Awakenings> = {
  name,
  question: sh`for exe in ${executablesOf(saslauthdPath)}; do
  p=\${exe%/exe}
  sum=0
  { while read -r key value; do case $key in *voluntary_ctxt_switches:) sum=$(( sum + value )) ;; esac; done < "$p/status"; } 2>/dev/null
  printf '%s %s\n' "\${p#/proc/}" "$sum"
done
:`,
  parse: (answer) =>
    new Map(
      textOf(name, answer)
        .split("\n")
        .filter((row) => row !== "")
        .map((row) => row.split(" ").map(Number) as [number, number]),
    ),
};

/** The processes that serve a socket. */
export function servingOn(socketDirectory: string, processes: readonly RunningProcess[]): RunningProcess[] {
  return processes.filter(({ argv }) => parseSaslauthdOptions(argv.slice(1)).socketDirectory === socketDirectory);
}

/** Whether one of the processes ran or started between two reads. */
export function wokeUp(processes: readonly RunningProcess[], before: Awakenings, after: Awakenings): boolean {
  return processes.some(({ pid }) => after.has(pid) && after.get(pid) !== before.get(pid));
}

/**
 * The row in which saslauthd refuses a user: "auth failure: [user=alice] [service=smtp] [realm=] …"
 * (saslauthd-main.c).
 */
export function refusalOf(login: string, rows: readonly LogRow[]): LogRow | undefined {
  const at = login.lastIndexOf("@");
  // saslauthd receives the part after the at sign as the realm, unless it runs with -r.
  const names = at < 1 ? [login] : [login, login.slice(0, at)];
  return rows.find(
    ({ program, text }) =>
      program === "saslauthd" && names.some((user) => text.includes(`auth failure: [user=${user}] `)),
  );
}

/** The last rows that saslauthd logged. */
export function lastRowsOfSaslauthd(rows: readonly LogRow[]): string[] {
  return rows
    .filter(({ program }) => program === "saslauthd")
    .map(({ pid, text }) => `saslauthd[${pid}]: ${text.replace(/^: /, "")}`)
    .slice(-6);
}
