// Only one process at a time makes an entry of the cache; the others wait and then use it.
import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { execa } from "execa";
import { cacheRoot } from "../paths.ts";
import { note } from "../progress.ts";

/**
 * Runs `work` while holding the named lock of the cache. A `flock` process holds it until its
 * standard input closes. The kernel closes it even when this process is killed, so no stale lock
 * remains.
 */
export async function withLock<T>(name: string, work: () => Promise<T>): Promise<T> {
  const folder = join(cacheRoot, "locks");
  await mkdir(folder, { recursive: true });
  const holder = execa("flock", [join(folder, name), "sh", "-c", "echo held; exec cat >/dev/null"], { reject: false });
  const notice = setTimeout(() => note(`another process is making the ${name}; waiting for it ...`), 500);
  const held = await Promise.race([
    new Promise<true>((resolve) => holder.stdout.once("data", () => resolve(true))),
    holder.then(() => false),
  ]);
  clearTimeout(notice);
  if (!held) throw new Error("the program `flock` (Debian package util-linux) is needed to lock the cache folder");
  try {
    return await work();
  } finally {
    holder.stdin.end();
    await holder;
  }
}
