// Starts a host's systemd and ends it. The host belongs to no lab process: it runs on when the one that started it ends.
import { spawn } from "node:child_process";
import { once } from "node:events";
import { open } from "node:fs/promises";
import { setTimeout as sleep } from "node:timers/promises";
import { makeCgroups, removeCgroups } from "./cgroups.ts";
import { mountRoot, unmountRoot } from "./layers.ts";
import { namespaceOf, namespacePath, plugIn, unplug } from "./network.ts";
import { findInit, findKeeper, findSupervisor, signal, supervisorTitle } from "./processes.ts";
import { waitUntilReady } from "./ready.ts";
import { describe, type HostRecord } from "./record.ts";

/** nspawn ends with this code when the host asked for a reboot. */
const rebootCode = 133;
/** SIGRTMIN+3: systemd's "stop all services, then halt". */
const haltSignal = 37;

/** Starts nspawn in the host's own control groups, again after every reboot. $1 is the host, the rest nspawn's command line. */
const supervise = `
shift
while :; do
  sh -c 'for group in $CONTROL_GROUPS; do echo $$ > "$group/cgroup.procs" || exit 1; done; exec "$@"' sh "$@"
  code=$?
  [ $code = ${rebootCode} ] || { echo "lab: the host ended, nspawn's exit code is $code"; exit $code; }
done`;

/** Boots a host that is down and waits until it can be used. */
export async function bootHost(record: HostRecord, abort?: AbortSignal): Promise<void> {
  await mountRoot(record);
  await plugIn(record.name, record.address);
  await spawnSupervisor(record);
  await waitUntilReady(describe(record), abort);
}

/** Mounts the root while the host is down, for work on its files. */
export async function withRoot<T>(record: HostRecord, work: () => Promise<T>): Promise<T> {
  await mountRoot(record);
  try {
    return await work();
  } finally {
    await unmountRoot(record.name);
  }
}

/**
 * Ends a host and takes away all that its running needed; what it wrote stays. `orderly` lets it stop its services
 * first. Works on any remains too: of a crash, of an interrupted create, of a killed supervisor.
 */
export async function haltHost(name: string, address: string | undefined, orderly: boolean): Promise<void> {
  const init = findInit(name);
  if (init && orderly) {
    signal(init, haltSignal);
    await goneWithin(20_000, () => findInit(name) ?? findSupervisor(name));
  }
  // Only ever the init: it takes all of the host with it, then its keeper and the supervisor end by themselves. Killing
  // the keeper would leave the init alive, holding ports and mounts. Between two boots there is none, so look again.
  // The kernel takes some seconds where much else runs.
  const gone = await goneWithin(60_000, () => {
    const alive = findInit(name);
    if (alive) signal(alive, "SIGKILL");
    return alive ?? findSupervisor(name) ?? findKeeper(name);
  });
  if (!gone) throw new Error(`The processes of host ${name} do not end; look at: ip netns pids ${namespaceOf(name)}`);
  await unmountRoot(name);
  await unplug(name, address);
  await removeCgroups(name);
}

/** Whether `find` stopped to find a process in time. */
async function goneWithin(milliseconds: number, find: () => number | undefined): Promise<boolean> {
  const deadline = performance.now() + milliseconds;
  while (find() !== undefined) {
    if (performance.now() > deadline) return false;
    await sleep(20);
  }
  return true;
}

async function spawnSupervisor(record: HostRecord): Promise<void> {
  const { name, rootFolder, consoleLog } = describe(record);
  const nspawn = [
    "systemd-nspawn",
    `--directory=${rootFolder}`,
    `--machine=${name}`,
    `--network-namespace-path=${namespacePath(name)}`,
    "--boot",
    "--register=no",
    "--keep-unit",
    "--settings=no",
    "--resolv-conf=off",
    "--timezone=off",
    "--link-journal=no",
  ];
  const groups = await makeCgroups(name);
  const log = await open(consoleLog, "a");
  try {
    const child = spawn("sh", ["-c", supervise, supervisorTitle, name, ...nspawn], {
      stdio: ["ignore", log.fd, log.fd],
      detached: true,
      cwd: "/",
      env: {
        PATH: `${process.env.PATH}:/usr/sbin:/sbin`,
        CONTROL_GROUPS: groups.join(" "),
        // nspawn looks at the version of systemd in the host; since 258 it knows control groups of version 2 only
        ...(record.debian >= 14 ? { SYSTEMD_NSPAWN_UNIFIED_HIERARCHY: "1" } : {}),
      },
    });
    await once(child, "spawn");
    child.unref();
  } finally {
    await log.close();
  }
}
