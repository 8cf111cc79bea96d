// The life of a host: create, start, reboot, stop, destroy. Each may be called by any process, at any time, in any state.
import { setTimeout as sleep } from "node:timers/promises";
import { timed } from "../../cli/progress.ts";
import { haltHost } from "./boot.ts";
import { publishDevHost, withdrawDevHost } from "./dev.ts";
import { inside } from "./inside.ts";
import { withLock } from "./lock.ts";
import { bringUp, clearAway, makeHost } from "./make.ts";
import { findInit } from "./processes.ts";
import { waitUntilReady } from "./ready.ts";
import type { Debian } from "./recipe.ts";
import { assertHostName, describe, hostNames, type LabHost, readRecord, requireRecord } from "./record.ts";
import { requireLab } from "./requirements.ts";

/** A host is meant by its name; a LabHost does as well. */
export type NamedHost = Pick<LabHost, "name">;

export interface CreateOptions {
  debian?: Debian;
  /** Ends the work; the half-made host is removed. */
  signal?: AbortSignal;
}

export interface ListedHost extends LabHost {
  state: "running" | "stopped" | "half-made";
  snapshots: string[];
}

/** A running host of that name: the one there is, or a new one. */
export async function createHost(name: string, options: CreateOptions = {}): Promise<LabHost> {
  const { debian = 13, signal } = options;
  assertHostName(name);
  await requireLab();
  return withHostLock({ name }, async () => {
    const existing = await readRecord(name);
    if (existing?.made && existing.debian !== debian) {
      throw new Error(`Host ${name} exists with Debian ${existing.debian}; remove it: npm run lab -- destroy ${name}`);
    }
    if (existing?.made) await bringUp(existing, signal);
    else await timed(`creating host ${name} (Debian ${debian})`, () => makeHost(name, debian, signal));
    const host = describe(await requireRecord(name));
    await publishDevHost(host);
    return host;
  });
}

/** Starts a stopped host; does nothing to a running one. */
export async function startHost({ name }: NamedHost): Promise<void> {
  await requireLab();
  await withHostLock({ name }, async () => bringUp(await requireRecord(name)));
}

/** Reboots the host from inside, as an administrator would, and waits until it can be used again. */
export async function rebootHost({ name }: NamedHost): Promise<void> {
  await withHostLock({ name }, async () => {
    const host = describe(await requireRecord(name));
    const before = findInit(name);
    await inside(host, ["systemctl", "reboot"]);
    const deadline = performance.now() + 60_000;
    while (findInit(name) === before) {
      if (performance.now() > deadline) throw new Error(`Host ${name} was told to reboot but goes on running`);
      await sleep(20);
    }
    await waitUntilReady(host);
  });
}

/** Stops the host in good order; its files stay. */
export async function stopHost({ name }: NamedHost): Promise<void> {
  await withHostLock({ name }, async () => haltHost(name, (await requireRecord(name)).address, true));
}

/** Removes a host and everything the lab made for it; a host that is not there is no error. */
export async function destroyHost({ name }: NamedHost): Promise<void> {
  await withHostLock({ name }, async () => {
    await clearAway(name);
    await withdrawDevHost(name);
  });
}

/** Removes all hosts whose names begin with `prefix`; tells which. */
export async function destroyHosts(prefix: string): Promise<string[]> {
  const names = (await hostNames()).filter((name) => name.startsWith(prefix));
  await Promise.all(names.map((name) => destroyHost({ name })));
  return names;
}

export async function listHosts(): Promise<ListedHost[]> {
  const listed = (await hostNames()).map(async (name): Promise<ListedHost[]> => {
    const record = await readRecord(name);
    if (!record) return [];
    const state = findInit(name) === undefined ? "stopped" : "running";
    return [
      { ...describe(record), state: record.made ? state : "half-made", snapshots: Object.keys(record.snapshots) },
    ];
  });
  return (await Promise.all(listed)).flat();
}

/** One at a time works on a host. */
export function withHostLock<T>({ name }: NamedHost, work: () => Promise<T>): Promise<T> {
  assertHostName(name);
  return withLock(`host-${name}`, work);
}
