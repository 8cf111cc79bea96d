// Python packages that tests and benchmarks need on this machine, pinned, each set in an environment of its own in the cache.
import { createHash } from "node:crypto";
import { existsSync } from "node:fs";
import { readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { execa } from "execa";
import { timed } from "../../cli/progress.ts";
import { withLock } from "../hosts/lock.ts";
import { installPackages } from "../hosts/requirements.ts";
import { cacheRoot } from "../paths.ts";

/** The folder with the programs of the packages that `requirements` (a file for pip) names. Two processes that ask at once make it once. */
export async function ensurePython(what: string, requirements: string): Promise<string> {
  const version = createHash("sha256")
    .update(await readFile(requirements))
    .digest("hex")
    .slice(0, 12);
  // the programs in it name their own folder, so it is made in place, and this file says that it is whole
  const home = join(cacheRoot, "python", version);
  const whole = join(home, "whole");
  if (!existsSync(whole)) {
    await withLock(`python-${version}`, async () => {
      if (existsSync(whole)) return;
      await timed(`installing ${what}, once`, () => install(home, requirements));
      await writeFile(whole, "");
    });
  }
  return join(home, "bin");
}

async function install(home: string, requirements: string): Promise<void> {
  await rm(home, { recursive: true, force: true });
  // Debian's python3 has venv in a package of its own
  const made = await execa("python3", ["-m", "venv", home], { reject: false });
  if (made.failed) {
    await installPackages(["python3-venv"]);
    await execa("python3", ["-m", "venv", "--clear", home]);
  }
  const quiet = ["--quiet", "--disable-pip-version-check"];
  await execa(join(home, "bin", "pip"), ["install", ...quiet, "--requirement", requirements], { timeout: 600_000 });
}
