// How a host comes into being and is cleared away. Whoever calls these holds the host's lock.
import { ensureBase } from "./base.ts";
import { bootHost, haltHost, withRoot } from "./boot.ts";
import { giveIdentity } from "./identity.ts";
import { freeze, removeTree } from "./layers.ts";
import { claimAddress } from "./network.ts";
import { findSupervisor } from "./processes.ts";
import { waitUntilReady } from "./ready.ts";
import type { Debian } from "./recipe.ts";
import { describe, type HostRecord, hostFolder, readRecord, writeRecord } from "./record.ts";

/** The snapshot every host has: as it was made, before its first boot. */
export const asCreated = "created";

/** Makes a new host and boots it. What an interrupted attempt left is cleared first; an own failure leaves nothing. */
export async function makeHost(name: string, debian: Debian, signal?: AbortSignal): Promise<void> {
  const base = await ensureBase(debian, signal);
  await clearAway(name);
  try {
    const record: HostRecord = {
      name,
      debian,
      address: "",
      base,
      made: false,
      layers: [],
      snapshots: {},
      layersMade: 0,
    };
    await claimAddress(name, (address) => writeRecord(Object.assign(record, { address })));
    await withRoot(record, () => giveIdentity(record));
    await freeze(record);
    record.snapshots[asCreated] = [...record.layers];
    signal?.throwIfAborted();
    await bootHost(record, signal);
    await writeRecord({ ...record, made: true });
  } catch (error) {
    await clearAway(name);
    throw error;
  }
}

/** Brings a host up, from whatever state a crash or a power-off from inside has left. */
export async function bringUp(record: HostRecord, signal?: AbortSignal): Promise<void> {
  // Also between two boots. An init without its supervisor is no running host: nobody would start it after a reboot.
  if (findSupervisor(record.name) !== undefined) return waitUntilReady(describe(record), signal);
  await haltHost(record.name, record.address, false);
  await bootHost(record, signal);
}

/** Removes everything of a host, running or not, finished or not; none at all is fine too. */
export async function clearAway(name: string): Promise<void> {
  const record = await readRecord(name);
  await haltHost(name, record?.address, false);
  await removeTree(hostFolder(name));
}
