// Which files somebody has touched: another inode, time, owner or mode, whatever the content.
import type { LabHost } from "../../lab/hosts/index.ts";
import { shell } from "../support/index.ts";

/** Path → inode, times, owner and mode; of a directory that daemons write to without the time, and of folders of others not at all. */
export async function fingerprints(host: LabHost): Promise<ReadonlyMap<string, string>> {
  const rows = await shell(
    host,
    `find /etc /usr/lib/systemd /usr/sbin /var/lib/dpkg -xdev ! -type d -printf '%p\\t%i %T@ %C@ %u:%g %m\\n'
find /etc/systemd /var/spool/postfix/var -xdev -type d -printf '%p\\t%i %u:%g %m\\n'`,
  );
  return new Map(rows.split("\n").map((row) => row.split("\t") as [string, string]));
}

/** The paths that came, went or changed. */
export function changedPaths(before: ReadonlyMap<string, string>, after: ReadonlyMap<string, string>): string[] {
  const all = new Set([...before.keys(), ...after.keys()]);
  return [...all].filter((path) => before.get(path) !== after.get(path)).sort();
}
