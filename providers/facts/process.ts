// Facts of running processes: the argument lists of the host's own processes, from /proc.
import { type ShellText, sh } from "../core/shell.ts";
import { type Fact, textOf } from "./fact.ts";
import { executablesOf, own } from "./own-process.ts";

/** A process on the host. */
export interface RunningProcess {
  readonly pid: number;
  readonly parent: number;
  readonly argv: readonly string[];
}

/**
 * Every process of one executable, parents first, without those of containers on the same kernel.
 */
export function processesOf(executable: string): Fact<readonly RunningProcess[]> {
  return processesThat(executable, sh`:`);
}

/**
 * The processes of one executable for which a command succeeds; it runs with the process ID in
 * `$pid`.
 */
export function processesThat(executable: string, holds: ShellText): Fact<readonly RunningProcess[]> {
  const name = `the processes of ${executable} (/proc)`;
  return {
    name,
    // find(1) reads the links of all processes itself, so a process that ended meanwhile is no
    // error here.
    question: sh`command -v find >/dev/null || exit 127
${own}
for exe in ${executablesOf(executable)}; do
  pid=\${exe%/exe} pid=\${pid#/proc/}
  own $pid || continue
  ${holds} || continue
  { read -r stat < "/proc/$pid/stat"; } 2>/dev/null || continue
  set -- \${stat##*) }
  printf '%s %s ' "$pid" "$2"; base64 -w 0 < "/proc/$pid/cmdline"; echo
done`,
    parse: (answer) => {
      const rows = textOf(name, answer).split("\n");
      const found = rows.flatMap((row) => {
        const [pid, parent, argv] = row.split(" ");
        if (pid === undefined || parent === undefined || argv === undefined || argv === "") return [];
        const words = Buffer.from(argv, "base64").toString("utf8").split("\0").slice(0, -1);
        return [{ pid: Number(pid), parent: Number(parent), argv: words }];
      });
      const pids = new Set(found.map((process) => process.pid));
      return found.sort((a, b) => Number(pids.has(a.parent)) - Number(pids.has(b.parent)) || a.pid - b.pid);
    },
  };
}
