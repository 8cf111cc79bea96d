// A control group for each host. Sharing one, a host's systemd would count and wait for the daemons of another.
import { existsSync } from "node:fs";
import { mkdir, readdir, rmdir } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";

const mounted = "/sys/fs/cgroup";
const family = "sasl-lab";

/** The hierarchies systemd uses: one on a machine with version 2 only, the named one and the unified one on a mixed machine. */
export function cgroupRoots(): string[] {
  if (existsSync(join(mounted, "cgroup.controllers"))) return [mounted];
  return ["systemd", "unified"]
    .map((name) => join(mounted, name))
    .filter((root) => existsSync(join(root, "cgroup.procs")));
}

/** The groups of one host; whoever starts it writes its process id into each `cgroup.procs`. */
export async function makeCgroups(name: string): Promise<string[]> {
  const groups = cgroupRoots().map((root) => join(root, family, name));
  for (const group of groups) await mkdir(group, { recursive: true });
  return groups;
}

/** Removes the host's groups and, after the last host, the family's. All processes in them must have ended. */
export async function removeCgroups(name: string): Promise<void> {
  for (const root of cgroupRoots()) {
    await removeTree(join(root, family, name));
    await rmdir(join(root, family)).catch(ignoreInUseOrAbsent);
  }
}

async function removeTree(group: string): Promise<void> {
  if (!existsSync(group)) return;
  for (const entry of await readdir(group, { withFileTypes: true })) {
    if (entry.isDirectory()) await removeTree(join(group, entry.name));
  }
  // The kernel lets go of a group a little after its last process has ended.
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await rmdir(group);
    } catch (error) {
      if (attempt === 40) throw error;
      await sleep(50);
    }
  }
}

function ignoreInUseOrAbsent(error: NodeJS.ErrnoException): void {
  if (!["EBUSY", "ENOTEMPTY", "ENOENT"].includes(error.code ?? "")) throw error;
}
