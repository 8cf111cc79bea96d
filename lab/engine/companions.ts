// The two programs that the engine looks for beside itself and that no registry has as a binary: the language host and the dynamic provider.
import { chmod, copyFile, mkdir, readdir, rename } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

const source = fileURLToPath(new URL("./language-host/", import.meta.url));

/** Puts both into the folder of the `pulumi` program: anywhere else on PATH the engine would warn about them at each run. */
export async function addCompanions(home: string): Promise<void> {
  const parts = join(home, "language-host");
  await mkdir(parts, { recursive: true });
  for (const name of await readdir(source)) {
    if (name.endsWith(".ts")) await replace(join(source, name), join(parts, name), 0o644);
  }
  await replace(join(source, "launcher.sh"), join(home, "pulumi-language-nodejs"), 0o755);
  await replace(join(source, "provider.sh"), join(home, "pulumi-resource-pulumi-nodejs"), 0o755);
}

/** By rename, because another process may run the old one at this moment. */
async function replace(from: string, to: string, mode: number): Promise<void> {
  const next = `${to}.${process.pid}`;
  await copyFile(from, next);
  await chmod(next, mode);
  await rename(next, to);
}
