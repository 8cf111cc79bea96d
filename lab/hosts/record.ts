// What is written down about a host (hostsRoot/<name>/host.json), and what a caller gets to see of it.
import { mkdir, readdir, readFile, rename, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { hostsRoot } from "../paths.ts";
import { type Debian, type Release, releases } from "./recipe.ts";

/** A host as callers use it: where it is and how to get in. */
export interface LabHost {
  readonly name: string;
  readonly debian: Debian;
  readonly release: Release;
  readonly address: string;
  /** Opens every user of the host: root, operator, deployer, guest. */
  readonly privateKeyFile: string;
  readonly knownHostsFile: string;
  /** Everything the lab keeps for this host. */
  readonly folder: string;
  /** The host's file system seen from outside, while it runs. */
  readonly rootFolder: string;
  readonly consoleLog: string;
}

/** The file: what cannot be found out from the running machine. */
export interface HostRecord {
  name: string;
  /** The release that it was made with; an upgrade changes the host, not this. */
  debian: Debian;
  address: string;
  base: string;
  /** False until the first boot succeeded: such a host is removed and made again. */
  made: boolean;
  /** Frozen layers under the writable one, oldest first. */
  layers: string[];
  /** Layers of each snapshot. */
  snapshots: Record<string, string[]>;
  /** Counts the layers ever made, so that a name is never used twice. */
  layersMade: number;
}

/** Short enough for a host name, safe in paths and in names of name spaces. */
export function assertHostName(name: string): void {
  if (!/^[a-z][a-z0-9-]{0,39}$/.test(name)) {
    throw new Error(`"${name}" is no host name: use small letters, digits and "-", at most 40, a letter first`);
  }
}

export function hostFolder(name: string): string {
  return join(hostsRoot, name);
}

export function describe(record: HostRecord): LabHost {
  const folder = hostFolder(record.name);
  return {
    name: record.name,
    debian: record.debian,
    release: releases[record.debian],
    address: record.address,
    privateKeyFile: join(folder, "id_ed25519"),
    knownHostsFile: join(folder, "known_hosts"),
    folder,
    rootFolder: join(folder, "root"),
    consoleLog: join(folder, "console.log"),
  };
}

export async function readRecord(name: string): Promise<HostRecord | undefined> {
  try {
    return JSON.parse(await readFile(join(hostFolder(name), "host.json"), "utf8"));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return undefined;
    throw error;
  }
}

/** The record of a host that is there and was finished; everything else is an error that says what to do. */
export async function requireRecord(name: string): Promise<HostRecord> {
  const record = await readRecord(name);
  if (!record?.made) throw new Error(`There is no host "${name}"; make it with: npm run lab -- create ${name}`);
  return record;
}

export async function writeRecord(record: HostRecord): Promise<void> {
  const file = join(hostFolder(record.name), "host.json");
  await mkdir(hostFolder(record.name), { recursive: true });
  await writeFile(`${file}.new`, `${JSON.stringify(record, undefined, 2)}\n`);
  await rename(`${file}.new`, file);
}

/** Names of all hosts there is a folder of, finished or not. */
export async function hostNames(): Promise<string[]> {
  try {
    const entries = await readdir(hostsRoot, { withFileTypes: true });
    return entries
      .filter((entry) => entry.isDirectory())
      .map((entry) => entry.name)
      .sort();
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return [];
    throw error;
  }
}
