// Facts of what really runs: the argument lists of processes and the listening TCP ports, from /proc and ss.
import { sh } from "../steps/shell.ts";
import { type Fact, textOf } from "./fact.ts";

/** A process on the host. */
export interface RunningProcess {
  readonly pid: number;
  readonly parent: number;
  readonly argv: readonly string[];
}

/** Every process of one executable, parents first. Processes of other containers on the same kernel are not seen: only our own pid namespace is in /proc. */
export function processesOf(executable: string): Fact<readonly RunningProcess[]> {
  const name = `the processes of ${executable} (/proc)`;
  return {
    name,
    // find(1) reads the links of all processes by itself; one that has ended meanwhile is no error of ours
    question: sh`command -v find >/dev/null || exit 127
for exe in $(find /proc/[0-9]*/exe -maxdepth 0 '(' -lname ${executable} -o -lname ${`${executable} (deleted)`} ')' 2>/dev/null); do
  p=\${exe%/exe}
  { read -r stat < "$p/stat"; } 2>/dev/null || continue
  set -- \${stat##*) }
  printf '%s %s ' "\${p#/proc/}" "$2"; base64 -w 0 < "$p/cmdline"; echo
done`,
    parse: (answer) => {
      const rows = textOf(name, answer, [0, 1]).split("\n");
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

/** A listening TCP socket. */
export interface Listener {
  readonly address: string;
  readonly port: number;
  /** Name of the process that holds it, as ss prints it, or "" where the kernel does not say. */
  readonly program: string;
}

export const listeners: Fact<readonly Listener[]> = {
  name: "the listening ports (ss)",
  question: sh`ss -H -l -t -n -p`,
  parse: (answer) =>
    textOf("the listening ports (ss)", answer)
      .split("\n")
      .flatMap((row) => {
        const columns = row.trim().split(/\s+/);
        const local = /^(.*):(\d+)$/.exec(columns[3] ?? "");
        if (local === null) return [];
        const program = /\(\("([^"]+)"/.exec(columns.slice(5).join(" "))?.[1] ?? "";
        return [{ address: local[1] ?? "", port: Number(local[2]), program }];
      }),
};
