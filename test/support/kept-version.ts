// The project as an earlier commit had it, from the archive that is kept of it.
import { execFileSync } from "node:child_process";
import { mkdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import { projectRoot } from "../../lab/paths.ts";
import { linkPackages } from "./variant.ts";

/** A folder with the program and the package of that commit. */
export function keptVersion(commit: string, name: string): string {
  const folder = join(projectRoot, ".lab", "variants", name);
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  execFileSync("tar", ["-xzf", join(projectRoot, "test/e2e/kept-version", `${commit}.tar.gz`), "-C", folder]);
  linkPackages(folder);
  return folder;
}
