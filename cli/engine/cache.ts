// The engine in the cache: one folder per version, with a file that records its source.
import { accessSync, constants, readFileSync, statSync } from "node:fs";
import { mkdir, rename, rm, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { cacheRoot } from "../paths.ts";
import { cliVersion } from "./versions.ts";

export const engineFolder = join(cacheRoot, "engine", cliVersion);

/**
 * Whether the folder holds a complete engine from this source, with each of the programs
 * executable.
 */
export function holds(folder: string, origin: string, programs: readonly string[]): boolean {
  try {
    return (
      readFileSync(join(folder, "origin"), "utf8").trim() === origin &&
      programs.every((name) => isProgram(join(folder, name)))
    );
  } catch {
    return false;
  }
}

/**
 * Puts an engine into the folder. `make` works in a temporary folder and returns the place of the
 * result in it. One rename publishes it, so an interrupted run leaves nothing that looks complete.
 * The previous content is deleted, because callers fill only a folder that is unusable.
 */
export async function fill(folder: string, origin: string, make: (work: string) => Promise<string>): Promise<void> {
  const work = `${folder}.unfinished`;
  await rm(work, { recursive: true, force: true });
  await mkdir(work, { recursive: true });
  try {
    const result = await make(work);
    await writeFile(join(result, "origin"), `${origin}\n`);
    await mkdir(dirname(folder), { recursive: true });
    await rm(folder, { recursive: true, force: true });
    await rename(result, folder);
  } finally {
    await rm(work, { recursive: true, force: true });
  }
}

/** A file that is executable and not empty. */
export function isProgram(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    const { size } = statSync(path);
    return size > 0;
  } catch {
    return false;
  }
}
