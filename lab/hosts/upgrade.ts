// Brings a running host to the next release by apt, as Debian's release notes tell administrators.
import { cp, rm } from "node:fs/promises";
import { join } from "node:path";
import { timed } from "../../cli/progress.ts";
import { type NamedHost, withHostLock } from "./host.ts";
import { inside } from "./inside.ts";
import { ensureUpgrade, nextRelease } from "./next-release.ts";
import type { Debian } from "./recipe.ts";
import { describe, requireRecord } from "./record.ts";

/** Which one stays of an edited configuration file and the new release's (dpkg(1), --force-conf…). */
export type Conffiles = "old" | "new";

const upgradeMinutes = 20;

/** First without new packages, then all of it (release notes, "Minimal system upgrade"). */
const script = `export DEBIAN_FRONTEND=noninteractive UCF_FORCE_CONFF$(echo "$1" | tr a-z A-Z)=1
apt() { apt-get --yes -o APT::Install-Recommends=false -o Dpkg::Options::=--force-conf"$1" "$2"; }
apt-get update && apt "$1" upgrade && apt "$1" dist-upgrade`;

/**
 * Upgrades a host that runs, and does not reboot it; its offline repository is that of the new
 * release afterwards. The record keeps the release that the host was made with, since a reset
 * takes it back there.
 */
export async function upgradeHost({ name }: NamedHost, conffiles: Conffiles = "old"): Promise<void> {
  return withHostLock({ name }, async () => {
    const host = describe(await requireRecord(name));
    const next: Debian | undefined = nextRelease[host.debian];
    if (next === undefined) throw new Error(`Debian ${host.debian} has no next release that the lab knows`);
    const packages = await ensureUpgrade(host, next);
    await timed(`upgrading host ${name} to Debian ${next}`, async () => {
      const repository = join(host.rootFolder, "srv/repo");
      await rm(repository, { recursive: true });
      await cp(packages, repository, { recursive: true });
      const run = await inside(host, ["sh", "-c", script, "sh", conffiles], { timeout: upgradeMinutes * 60_000 });
      const end = `${run.stdout.slice(-2000)}\n${run.stderr}`;
      if (run.exitCode !== 0) throw new Error(`The upgrade of host ${name} failed: ${end}`);
    });
  });
}
