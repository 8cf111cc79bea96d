// Finds a host's processes from outside, by the network name space they live in: this holds when the lab process that
// started the host, or its supervisor, is long gone.
import { readdirSync, readFileSync, statSync } from "node:fs";
import { namespacePath } from "./network.ts";

/** The host's init, by its process id on this machine; nothing while the host is down or between two boots. */
export function findInit(name: string): number | undefined {
  const wanted = inode(namespacePath(name));
  if (wanted === undefined) return undefined;
  return processIds().find((pid) => inode(`/proc/${pid}/ns/net`) === wanted && isInit(pid));
}

/** The shell that starts the host again after a reboot. */
export function findSupervisor(name: string): number | undefined {
  return processIds().find((pid) => {
    const words = commandLine(pid);
    return words.includes(supervisorTitle) && words[words.indexOf(supervisorTitle) + 1] === name;
  });
}

/** Stands in the supervisor's command line, followed by the host's name. */
export const supervisorTitle = "sasl-lab-supervisor";

/** The container's keeper, outside the host; ends by itself when the init has ended. */
export function findKeeper(name: string): number | undefined {
  return processIds().find((pid) => {
    const words = commandLine(pid);
    return words[0] === "systemd-nspawn" && words.includes(`--machine=${name}`);
  });
}

/** Sends a signal; that the process has ended already is as good. */
export function signal(pid: number, number: NodeJS.Signals | number): void {
  try {
    process.kill(pid, number);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "ESRCH") throw error;
  }
}

/** Process 1 of a name space of process ids just below ours. */
function isInit(pid: number): boolean {
  const ids = /^NSpid:\s+(.+)$/m.exec(read(`/proc/${pid}/status`) ?? "")?.[1]?.split(/\s+/) ?? [];
  return ids.length === 2 && ids[1] === "1";
}

/** Empty for a process that has ended and only waits for its parent to take note. */
function commandLine(pid: number): string[] {
  return (read(`/proc/${pid}/cmdline`) ?? "").split("\0");
}

function processIds(): number[] {
  return readdirSync("/proc")
    .filter((name) => /^\d+$/.test(name))
    .map(Number);
}

function inode(file: string): number | undefined {
  try {
    return statSync(file).ino;
  } catch {
    return undefined; // The process has ended in between, or there is no such name space.
  }
}

function read(file: string): string | undefined {
  try {
    return readFileSync(file, "utf8");
  } catch {
    return undefined; // The process has ended in between.
  }
}
