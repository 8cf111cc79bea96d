// A copy of a file that somebody else has edited, taken before this program removes it.
import { sh } from "../core/shell.ts";
import type { Run } from "./step.ts";

/** Debian keeps copies of its own in this directory (hier(7)); the copy keeps owner and mode. */
export function keepCopy(path: string, why: string): Run {
  const name = path.slice(path.lastIndexOf("/") + 1);
  return {
    do: "run",
    reason: `copy ${path} to /var/backups: ${why}`,
    script: sh`copy=/var/backups/sasl-mail-host-$(date -u +%Y%m%dT%H%M%SZ)-${name}
cp -a -- ${path} "$copy" && sync -- "$copy" /var/backups`,
  };
}
