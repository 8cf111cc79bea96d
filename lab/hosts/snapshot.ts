// Takes a host back to an earlier state in seconds: a snapshot freezes what was written as a layer of the overlay.
import { bootHost, haltHost } from "./boot.ts";
import { type NamedHost, withHostLock } from "./host.ts";
import { discardWritten, freeze, removeUnusedLayers } from "./layers.ts";
import { asCreated } from "./make.ts";
import { findInit } from "./processes.ts";
import { type HostRecord, requireRecord, writeRecord } from "./record.ts";

/** Remembers the host's files under a label (an older snapshot of that label is replaced). A running host is stopped and started for it. */
export async function snapshotHost({ name }: NamedHost, label: string): Promise<void> {
  if (label === asCreated) throw new Error(`The snapshot "${asCreated}" belongs to the lab; take another name`);
  await withHostLock({ name }, async () => {
    const record = await requireRecord(name);
    const ran = await halt(record, true);
    await freeze(record);
    record.snapshots[label] = [...record.layers];
    await writeRecord(record);
    await removeUnusedLayers(record);
    if (ran) await bootHost(record);
  });
}

/** Takes the host back to a snapshot, without a label to the day it was made; it runs afterwards. Other snapshots stay. */
export async function resetHost({ name }: NamedHost, label: string = asCreated): Promise<void> {
  await withHostLock({ name }, async () => {
    const record = await requireRecord(name);
    const layers = record.snapshots[label];
    if (!layers) {
      throw new Error(`Host ${name} has no snapshot "${label}", only: ${Object.keys(record.snapshots).join(", ")}`);
    }
    await halt(record, false);
    await discardWritten(record);
    record.layers = [...layers];
    await writeRecord(record);
    await removeUnusedLayers(record);
    await bootHost(record);
  });
}

async function halt(record: HostRecord, orderly: boolean): Promise<boolean> {
  const ran = findInit(record.name) !== undefined;
  await haltHost(record.name, record.address, orderly);
  return ran;
}
