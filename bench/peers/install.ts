// Ansible and pyinfra, pinned, in a Python environment of their own in the cache.
import { createHash } from "node:crypto";
import { existsSync, readFileSync } from "node:fs";
import { rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { execa } from "execa";
import { withLock } from "../../lab/hosts/lock.ts";
import { cacheRoot } from "../../lab/paths.ts";
import { step } from "../../lab/progress.ts";

const requirements = join(import.meta.dirname, "requirements.txt");

/** The folder with the programs `ansible-playbook` and `pyinfra`. */
export async function ensurePeers(): Promise<string> {
  const version = createHash("sha256").update(readFileSync(requirements)).digest("hex").slice(0, 12);
  const home = join(cacheRoot, "peers", version);
  // the programs name their own folder, so it is made in place; this file says that it is whole
  const whole = join(home, "whole");
  if (!existsSync(whole)) {
    await withLock("peers", async () => {
      if (existsSync(whole)) return;
      await step("installing Ansible and pyinfra, once", () => install(home));
      await writeFile(whole, "");
    });
  }
  return join(home, "bin");
}

async function install(home: string): Promise<void> {
  await rm(home, { recursive: true, force: true });
  await execa("python3", ["-m", "venv", home]);
  const quiet = ["--quiet", "--disable-pip-version-check"];
  await execa(join(home, "bin", "pip"), ["install", ...quiet, "--requirement", requirements], { timeout: 600_000 });
}
