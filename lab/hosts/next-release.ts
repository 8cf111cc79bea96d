// What apt needs to bring a host to the next release without a network: the packages of that
// release which replace the host's own, beside those that a host of that release can install.
// Downloaded once for each set of packages.
import { createHash } from "node:crypto";
import { existsSync } from "node:fs";
import { cp, mkdir, readFile, rename, rm, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { execa } from "execa";
import { timed } from "../../cli/progress.ts";
import { cacheRoot } from "../paths.ts";
import { ensureBase } from "./base.ts";
import { removeTree } from "./layers.ts";
import { withLock } from "./lock.ts";
import { aptSettings, debianMirror } from "./mirror.ts";
import { type Debian, recipeHash, releases } from "./recipe.ts";
import type { LabHost } from "./record.ts";

/** apt goes from a release to the one after it, and to no later one. */
export const nextRelease: Partial<Record<Debian, Debian>> = { 11: 12, 12: 13 };

const downloadMinutes = 20;

/** A folder with a flat repository (apt-ftparchive(1)) for what the running host has now. */
export async function ensureUpgrade(host: LabHost, next: Debian): Promise<string> {
  const status = await readFile(join(host.rootFolder, "var/lib/dpkg/status"), "utf8");
  const base = await ensureBase(next);
  const name = `${host.release}-${releases[next]}-${packageHash(status, next)}`;
  const target = join(cacheRoot, "upgrades", name);
  return withLock(`upgrade-${releases[next]}`, async () => {
    if (!existsSync(join(target, "Release"))) {
      const title = `downloading the packages of Debian ${next} for an upgrade of host ${host.name}, once`;
      await timed(title, () => download(target, status, join(base, "srv/repo"), next));
    }
    return target;
  });
}

/** Names what an upgrade depends on: the host's packages, and the repository beside them. */
function packageHash(status: string, next: Debian): string {
  const rows = status.split("\n").filter((line) => /^(Package|Version|Status|Architecture): /.test(line));
  return createHash("sha256").update(recipeHash(next)).update(rows.join("\n")).digest("hex").slice(0, 12);
}

async function download(target: string, status: string, repository: string, next: Debian): Promise<void> {
  const making = join(dirname(target), `making-${releases[next]}`);
  const archives = join(making, "archives");
  // Left by a process that was killed; nobody else is at work here, the lock is ours.
  await removeTree(making);
  try {
    await mkdir(dirname(making), { recursive: true });
    const apt = await aptFor(making, archives, status, next);
    await cp(repository, archives, { recursive: true });
    await mkdir(join(archives, "partial"));
    await apt("update");
    await apt("--yes", "--download-only", "dist-upgrade");
    await rm(join(archives, "partial"), { recursive: true });
    await rm(join(archives, "lock"), { force: true });
    await index(archives);
    await rename(archives, target);
  } finally {
    await removeTree(making);
  }
}

/** An apt-get that knows the host's packages and the mirror, and nothing of this machine's. */
async function aptFor(folder: string, archives: string, status: string, next: Debian) {
  const settings = [
    `Dir "${folder}";`,
    `Dir::State::status "${folder}/status";`,
    `Dir::Cache::archives "${archives}";`,
    // The cache lies below a home, where apt's own user may not look.
    'APT::Sandbox::User "root";',
    'APT::Install-Recommends "false";',
    ...(await aptSettings()),
  ];
  const mirror = (await debianMirror()) ?? "http://deb.debian.org/debian";
  const signed = "[signed-by=/usr/share/keyrings/debian-archive-keyring.gpg]";
  for (const name of ["etc/apt/apt.conf.d", "etc/apt/preferences.d", "var/lib/apt/lists/partial", "var/cache/apt"])
    await mkdir(join(folder, name), { recursive: true });
  await writeFile(join(folder, "status"), status);
  await writeFile(join(folder, "apt.conf"), settings.join("\n"));
  await writeFile(join(folder, "etc/apt/sources.list"), `deb ${signed} ${mirror} ${releases[next]} main\n`);
  const env = { APT_CONFIG: join(folder, "apt.conf"), DEBIAN_FRONTEND: "noninteractive" };
  return (...args: string[]) => execa("apt-get", ["--quiet", ...args], { env, timeout: downloadMinutes * 60_000 });
}

/** As the recipe of the base system makes it (recipe.ts). */
async function index(folder: string): Promise<void> {
  for (const name of ["Packages", "Release"]) await rm(join(folder, name), { force: true });
  const packages = await execa("apt-ftparchive", ["packages", "."], { cwd: folder });
  await writeFile(join(folder, "Packages"), `${packages.stdout}\n`);
  const release = await execa("apt-ftparchive", ["release", "."], { cwd: folder });
  await writeFile(join(folder, "Release"), `${release.stdout}\n`);
}
