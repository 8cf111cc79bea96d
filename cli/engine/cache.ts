// The engine in the cache: one folder a version, with a file that says who put it there.
import { accessSync, constants, readFileSync, statSync } from "node:fs";
import { mkdir, rename, rm, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { cacheRoot } from "../paths.ts";
import { cliVersion } from "./versions.ts";

export const engineFolder = join(cacheRoot, "engine", cliVersion);

/** Whether the folder holds what this source put there, whole: each of the programs, ready to run. */
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
 * Puts an engine into the folder. `make` works in a folder of its own and says where in it the result is, which appears by one rename: an
 * interrupted run leaves nothing that looks finished. What stood there before is of no use, or nobody would have come here.
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

/** A file that can be run, and has something in it. */
export function isProgram(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    const { size } = statSync(path);
    return size > 0;
  } catch {
    return false;
  }
}
