// The base systems: one folder for each release and recipe, made once, then only read as the lowest layer of the hosts.
import { existsSync } from "node:fs";
import { mkdir, readdir, rename } from "node:fs/promises";
import { dirname, join } from "node:path";
import { execa } from "execa";
import { timed } from "../../cli/progress.ts";
import { cacheRoot } from "../paths.ts";
import { removeTree } from "./layers.ts";
import { withLock } from "./lock.ts";
import { aptSettings, debianMirror } from "./mirror.ts";
import { type Debian, recipeFor, recipeHash, releases } from "./recipe.ts";

const downloadMinutes = 20;

/** The folder of the base system; makes it when it is not there. Two processes that ask at once make it once. */
export async function ensureBase(debian: Debian, signal?: AbortSignal): Promise<string> {
  const target = baseFolder(debian);
  if (isWhole(target)) return target;
  return withLock(`base-${releases[debian]}`, async () => {
    if (!isWhole(target)) {
      await timed(`making the base system of Debian ${debian}, once`, () => makeBase(debian, target, signal));
    }
    return target;
  });
}

/** Whether the base system need not be made first. */
export function hasBase(debian: Debian): boolean {
  return isWhole(baseFolder(debian));
}

function baseFolder(debian: Debian): string {
  return join(cacheRoot, "base", `${releases[debian]}-${recipeHash(debian)}`);
}

/** The folder appears by one rename; but a cache may be cleaned by half, and what is left of it would not give way to the new one. */
function isWhole(base: string): boolean {
  return existsSync(join(base, "var/lib/dpkg/status"));
}

async function makeBase(debian: Debian, target: string, signal?: AbortSignal): Promise<void> {
  const folder = dirname(target);
  await mkdir(folder, { recursive: true });
  // Left by a process that was killed; nobody else is at work here, the lock is ours.
  for (const name of await readdir(folder)) {
    if (name.startsWith(`making-${releases[debian]}-`)) await removeTree(join(folder, name));
  }
  const making = join(folder, `making-${releases[debian]}-${process.pid}`);
  const { include, finish, setup } = recipeFor(debian);
  const mirror = await debianMirror();
  const settings = (await aptSettings()).map((line) => `--aptopt=${line}`);
  try {
    await execa(
      "unshare",
      [
        // Its mounts are nobody else's, and end with it.
        "--mount",
        "setpriv",
        // Ends with this process, however that ends: else it would go on in a folder that the next one clears.
        "--pdeathsig=TERM",
        "mmdebstrap",
        "--mode=root",
        "--variant=minbase",
        "--quiet",
        `--include=${include}`,
        ...(setup === undefined ? [] : [`--setup-hook=${setup}`]),
        ...settings,
        `--customize-hook=${finish}`,
        releases[debian],
        making,
        ...(mirror ? [mirror] : []),
      ],
      {
        timeout: downloadMinutes * 60_000,
        forceKillAfterDelay: 20_000,
        ...(signal ? { cancelSignal: signal } : {}),
      },
    );
    await removeTree(target);
    await rename(making, target);
  } catch (error) {
    await removeTree(making);
    throw error;
  }
}
