// The real Pulumi engine on any machine: what is installed, else what is cached, else the official installer, else a build from source.
import { access, readFile } from "node:fs/promises";
import { join } from "node:path";
import { cacheRoot } from "../paths.ts";
import { buildEngine } from "./build.ts";
import { addCompanions } from "./companions.ts";
import { engineOnPath } from "./find.ts";
import { installEngine } from "./install.ts";
import { withLock } from "./lock.ts";
import { cliVersion } from "./versions.ts";

export interface Engine {
  /** Folders to put first on PATH. */
  folders: string[];
  version: string;
  /** `path`: the user's own; `installer`: by Pulumi's install script; `built`: from its Go module, with our stand-in for the language host. */
  origin: "path" | "installer" | "built";
}

const home = join(cacheRoot, "engine", cliVersion);

/** Finds the engine or makes it. The first call on a bare machine takes minutes; later ones some milliseconds. */
export async function ensureEngine(): Promise<Engine> {
  const installed = await engineOnPath();
  if (installed) return { ...installed, origin: "path" };
  if (!(await cachedOrigin())) {
    await withLock("engine", async () => {
      // Another process may have made it while we waited for the lock.
      if (await cachedOrigin()) return;
      if (!(await installEngine(home))) await buildEngine(home);
    });
  }
  const origin = (await cachedOrigin()) ?? "built";
  // The stand-in belongs to this checkout, the binary does not: refresh it each time, so that a change in it is never missed.
  if (origin === "built") await addCompanions(home);
  return { folders: [home], version: cliVersion, origin };
}

/** The folder appears by one rename, so the program and the origin file are there or the whole folder is not. */
async function cachedOrigin(): Promise<"installer" | "built" | undefined> {
  try {
    await access(join(home, "pulumi"));
    return (await readFile(join(home, "origin"), "utf8")).trim() === "installer" ? "installer" : "built";
  } catch {
    return undefined;
  }
}
