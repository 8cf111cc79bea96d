// What the processes of one command take, looked at while it runs: CPU, memory and open files, apart for the engine and each Node.
import { readdirSync, readFileSync, readlinkSync } from "node:fs";
import { basename } from "node:path";

/** Who it is, by its command line. */
export type Role = "engine" | "program" | "provider" | "language host";

export interface Usage {
  /** Seconds. */
  cpu: number;
  /** Largest proportional set size that was seen, in MiB: what several processes share is counted once, in parts. */
  memory: number;
  files: number;
}

export interface Watched {
  readonly roles: Partial<Record<Role, Usage>>;
  /** The largest sum of all Node processes at one moment, in MiB. */
  readonly nodeMemory: number;
}

/** Looks four times a second at all descendants of this process but `except`. */
export function watchProcesses(except?: number): { stop(): Watched } {
  const roles: Partial<Record<Role, Usage>> = {};
  let nodeMemory = 0;
  const look = () => {
    let nodes = 0;
    for (const pid of descendants(process.pid)) {
      const role = pid === except ? undefined : roleOf(pid);
      const now = role === undefined ? undefined : usageOf(pid);
      if (role === undefined || now === undefined) continue;
      const before = roles[role] ?? { cpu: 0, memory: 0, files: 0 };
      roles[role] = {
        cpu: Math.max(before.cpu, now.cpu),
        memory: Math.max(before.memory, now.memory),
        files: Math.max(before.files, now.files),
      };
      if (role !== "engine") nodes += now.memory;
    }
    nodeMemory = Math.max(nodeMemory, nodes);
  };
  const timer = setInterval(look, 250);
  return {
    stop: () => {
      clearInterval(timer);
      return { roles, nodeMemory };
    },
  };
}

function descendants(root: number): number[] {
  const parents = readdirSync("/proc").flatMap((entry) => {
    const parent = /^\d+$/.test(entry) ? read(Number(entry), "stat", /\) \S (\d+)/) : undefined;
    return parent === undefined ? [] : [{ pid: Number(entry), parent }];
  });
  const found: number[] = [];
  for (let level = [root]; level.length > 0; ) {
    level = parents.filter(({ parent }) => level.includes(parent)).map(({ pid }) => pid);
    found.push(...level);
  }
  return found;
}

function roleOf(pid: number): Role | undefined {
  try {
    const program = basename(readlinkSync(`/proc/${pid}/exe`));
    const words = readFileSync(`/proc/${pid}/cmdline`, "utf8");
    if (program === "pulumi") return "engine";
    if (program.startsWith("pulumi-language")) return "language host";
    if (program !== "node") return undefined;
    if (/cmd\/dynamic-provider/.test(words)) return "provider";
    return /cmd\/run/.test(words) ? "program" : "language host";
  } catch {
    return undefined;
  }
}

/** Clock ticks are hundredths of a second on Linux. */
function usageOf(pid: number): Usage | undefined {
  const user = read(pid, "stat", /\) (?:\S+ ){11}(\d+)/);
  const system = read(pid, "stat", /\) (?:\S+ ){12}(\d+)/);
  const memory = read(pid, "smaps_rollup", /^Pss:\s+(\d+)/m);
  if (user === undefined || system === undefined || memory === undefined) return undefined;
  try {
    return { cpu: (user + system) / 100, memory: memory / 1024, files: readdirSync(`/proc/${pid}/fd`).length };
  } catch {
    return undefined;
  }
}

/** A number out of a file of the process, if it still is there. */
function read(pid: number, file: string, number: RegExp): number | undefined {
  try {
    const [, found] = number.exec(readFileSync(`/proc/${pid}/${file}`, "utf8")) ?? [];
    return found === undefined ? undefined : Number(found);
  } catch {
    return undefined;
  }
}
