// A lock between processes: an flock(2) held by a small child process. It ends with this process, however that ends,
// so there is never a stale lock to clear by hand.
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { cacheRoot } from "../paths.ts";

const silentFor = 500;

/** Runs `work` while nobody else on this machine holds the lock of that name. A long wait is announced on stderr. */
export async function withLock<T>(name: string, work: () => Promise<T>): Promise<T> {
  const holder = await take(name);
  try {
    return await work();
  } finally {
    const ended = once(holder, "exit");
    holder.stdin?.end();
    await ended;
  }
}

async function take(name: string): Promise<ChildProcess> {
  const folder = join(cacheRoot, "locks");
  await mkdir(folder, { recursive: true });
  // A session of its own: Ctrl-C must not end the lock before the clean-up under it has run.
  const holder = spawn("flock", [join(folder, name), "sh", "-c", "echo held; exec cat"], {
    stdio: ["pipe", "pipe", "inherit"],
    detached: true,
  });
  const notice = setTimeout(() => {
    process.stderr.write(`lab: waiting for another lab process that works on ${name} ...\n`);
  }, silentFor);
  try {
    await Promise.race([
      once(holder.stdout, "data"),
      once(holder, "exit").then(() => {
        throw new Error(`The lock "${name}" could not be taken: flock ended`);
      }),
    ]);
  } finally {
    clearTimeout(notice);
  }
  return holder;
}
