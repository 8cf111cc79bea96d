// Starts a host's systemd and ends it. The host belongs to no lab process: it runs on when the one that started it ends.
import { spawn } from "node:child_process";
import { once } from "node:events";
import { open } from "node:fs/promises";
import { makeCgroups, removeCgroups } from "./cgroups.ts";
import { mountRoot, unmountRoot } from "./layers.ts";
import { namespacePath, plugIn, unplug } from "./network.ts";
import { endsWithin, findInit, findSupervisor, parentOf, signal, supervisorTitle } from "./processes.ts";
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
  const supervisor = findSupervisor(name);
  const init = findInit(name);
  const nspawn = init && parentOf(init);
  if (init && orderly) {
    signal(init, haltSignal);
    await endsWithin(init, 20_000);
  }
  // The supervisor first, so that nothing is started again; then the init: killing nspawn alone would leave it alive.
  if (supervisor) signal(supervisor, "SIGKILL");
  for (const pid of [findInit(name), supervisor, nspawn && nspawn > 1 ? nspawn : undefined]) {
    if (pid === undefined) continue;
    if (pid !== nspawn) signal(pid, "SIGKILL");
    if (await endsWithin(pid, 10_000)) continue;
    signal(pid, "SIGKILL");
    if (!(await endsWithin(pid, 5_000))) throw new Error(`Process ${pid} of host ${name} does not end`);
  }
  await unmountRoot(name);
  await unplug(name, address);
  await removeCgroups(name);
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
      env: { PATH: `${process.env.PATH}:/usr/sbin:/sbin`, CONTROL_GROUPS: groups.join(" ") },
    });
    await once(child, "spawn");
    child.unref();
  } finally {
    await log.close();
  }
}
