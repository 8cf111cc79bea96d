// The host's file system: an overlay with the base lowest (never changed), frozen layers over it, and one writable on top.
import { mkdir, readdir, readFile, rename } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { execa } from "execa";
import { describe, type HostRecord, hostFolder } from "./record.ts";

/** Mounts the host's root. Flushing to the disk is left out (`volatile`): a host is thrown away, a power cut may take it. */
export async function mountRoot(record: HostRecord): Promise<void> {
  const { folder, rootFolder } = describe(record);
  await removeTree(join(folder, "work"));
  for (const name of ["upper", "work", "root"]) await mkdir(join(folder, name), { recursive: true });
  const lower = [...record.layers.map((layer) => layerFolder(record, layer)).reverse(), record.base].join(":");
  const options = `lowerdir=${lower},upperdir=${join(folder, "upper")},workdir=${join(folder, "work")},volatile`;
  await execa("mount", ["-t", "overlay", "sasl-lab", "-o", options, rootFolder]);
}

/** Unmounts the host's root if it is mounted. All processes of the host must have ended. */
export async function unmountRoot(name: string): Promise<void> {
  const rootFolder = join(hostFolder(name), "root");
  for (let attempt = 1; await isMounted(rootFolder); attempt += 1) {
    const { failed, stderr } = await execa("umount", [rootFolder], { reject: false });
    if (failed && attempt === 40) throw new Error(`The file system of host ${name} stays in use: ${stderr}`);
    if (failed) await sleep(50);
  }
}

/** Turns what was written so far into a frozen layer; the root must not be mounted. Changes `record`, the caller writes it. */
export async function freeze(record: HostRecord): Promise<void> {
  const layer = `layer-${record.layersMade}`;
  await rename(join(hostFolder(record.name), "upper"), layerFolder(record, layer));
  record.layersMade += 1;
  record.layers.push(layer);
}

/** Throws away what was written since the last freeze. */
export async function discardWritten(record: HostRecord): Promise<void> {
  await removeTree(join(hostFolder(record.name), "upper"));
}

/** Removes frozen layers that neither the host nor a snapshot uses any more. */
export async function removeUnusedLayers(record: HostRecord): Promise<void> {
  const used = new Set([record.layers, ...Object.values(record.snapshots)].flat());
  for (const name of await readdir(hostFolder(record.name))) {
    if (name.startsWith("layer-") && !used.has(name)) await removeTree(layerFolder(record, name));
  }
}

/** Removes a folder, never what is mounted below it. */
export async function removeTree(folder: string): Promise<void> {
  await execa("rm", ["-rf", "--one-file-system", folder]);
}

function layerFolder(record: HostRecord, layer: string): string {
  return join(hostFolder(record.name), layer);
}

async function isMounted(folder: string): Promise<boolean> {
  const mounts = await readFile("/proc/self/mountinfo", "utf8");
  return mounts.split("\n").some((line) => line.split(" ")[4] === folder);
}
