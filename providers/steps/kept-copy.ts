// A copy of a file that somebody else has edited, taken before this program removes it.
import { sh } from "../core/shell.ts";
import type { RunScript } from "./step.ts";

/**
 * Debian keeps copies of its own in this directory (hier(7)); the copy keeps owner and mode. Its
 * name is a new one, since two copies of one file may be made in the same second.
 */
export function keepCopy(path: string, why: string): RunScript {
  const name = path.slice(path.lastIndexOf("/") + 1);
  return {
    do: "run",
    reason: `copy ${path} to /var/backups: ${why}`,
    script: sh`copy=$(mktemp --suffix=${`-${name}`} -- "/var/backups/sasl-mail-host-$(date -u +%Y%m%dT%H%M%SZ)-XXXX") || exit 1
cp -a -- ${path} "$copy" && sync -- "$copy" /var/backups`,
  };
}
