// Steps that remove what our apt runs brought: all of it, or what one step brought that is rolled
// back.

import { lines, type ShellText, sh } from "../core/shell.ts";
import { libraryFolder } from "../facts/journal.ts";
import { keptPath, recordFormat } from "../facts/package-record.ts";
import { endedPath, recallEnded } from "./apt-ended.ts";
import { aptFunctions, lockHeld, stepSeconds, stillLocked } from "./apt-lock.ts";
import { mailWaits } from "./mail-queue.ts";
import { lastRecord, lookAround, recordFunctions } from "./package-record.ts";
import { removal, stillNeeded } from "./package-removal.ts";
import { settling } from "./package-settling.ts";
import type { RunScript, Undo } from "./step.ts";

const functions = lines(recordFunctions, aptFunctions, lookAround, settling, removal);

/**
 * Removes what the step itself recorded: the records after the last earlier one. (The 1 in front
 * keeps a number with zeros decimal.)
 */
export const takeBackOwn: Undo = {
  remember: sh`last=$(${lastRecord})
{ echo "after $last" && echo end; } > last-record`,
  script: lines(
    functions,
    sh`{ read -r word after && read -r end; } < last-record
if [ "$word $end" != 'after end' ]; then
  echo "$PWD/last-record is empty or cut: what this step installed cannot be told from what was there. Next: purge by hand what /var/log/apt/history.log says that it brought" >&2
  exit 1
fi
set --
for record in "$records"/[0-9][0-9][0-9][0-9]; do
  if [ -e "$record" ] && [ "1\${record##*/}" -gt "1\${after:-0000}" ]; then set -- "$@" "$record"; fi
done
${recallEnded}
take_back "$@"`,
  ),
};

/**
 * What was brought by a version of this program that kept no records on the host: only the state
 * lists it.
 */
export interface Unrecorded {
  readonly packages: readonly string[];
  /** As in a record: "user postfix", "file DIGEST /etc/aliases". */
  readonly made: readonly string[];
  /** The requested packages: keeping one because another package needs it is an error. */
  readonly requested: readonly string[];
}

/** How an operator ends a destroy without a purge. A stack's configuration has no key for that. */
const leaving =
  "To leave the packages on the host for good instead: `pulumi state delete` with the URN of this resource (`pulumi stack --show-urns` lists it), after which Pulumi knows nothing of them any more; in a program of your own the resource option retainOnDelete: true";

/** Removes what our apt runs brought. `names` appear in the log. */
export function takeBackPackages(names: readonly string[], unrecorded: Unrecorded): RunScript {
  return {
    do: "run",
    reason:
      names.length === 0
        ? "remove what purged packages have left: they were installed by this resource"
        : `purge ${names.join(", ")}: installed by this resource`,
    timeoutSeconds: stepSeconds,
    code: "purge-failed",
    exits: {
      [stillLocked]: lockHeld,
      [mailWaits]: { code: "mail-in-queue" },
      [stillNeeded]: { code: "package-still-needed" },
    },
    next: `do on the host what is said above, then run the same command again. ${leaving}`,
    script: lines(
      functions,
      unrecorded.packages.length === 0 ? sh`` : writeDown(unrecorded),
      sh`rm -f -- ${endedPath}
take_back "$records"/[0-9][0-9][0-9][0-9]`,
    ),
  };
}

/** Writes a record for these packages, so that a later run continues after this one is killed. */
function writeDown({ packages, made, requested }: Unrecorded): ShellText {
  return sh`install -d -m 700 -- ${libraryFolder} "$records" && packages_now || exit 1
{
  echo ${recordFormat}
  for name in ${requested}; do echo "requested $name"; done
  for name in ${packages}; do
    awk -v name="$name" '
      { bare = architecture = $1; sub(/:[^:]*$/, "", bare); sub(/.*:/, "", architecture) }
      bare == name { print "package", name, architecture, $2, "absent" }' "$work/now"
  done
  for line in ${made}; do echo "\${line%% *} - \${line#* }"; done
} > "$work/body"
write_record confirmed "$records/0000" "$work/body" || exit 1`;
}

/** Warns that packages stay which are ours by the state and not by the host's records. */
export function leavePackages(names: readonly string[]): RunScript {
  return {
    do: "run",
    reason: `leave ${names.join(", ")}: installed, but the host has no record that an apt run of ours brought them`,
    script: sh`printf '%s\n' ${names} >> ${keptPath}`,
  };
}
