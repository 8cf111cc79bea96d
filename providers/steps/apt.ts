// Steps that install Debian packages. They wait for a held lock, repair an interrupted dpkg, ask no
// question, replace no locally edited configuration file, and remove no other package silently.

import { lines, sh } from "../core/shell.ts";
import { libraryFolder } from "../facts/journal.ts";
import { keptPath } from "../facts/package-record.ts";
import { endedPath, noteEnded } from "./apt-ended.ts";
import { aptFunctions, aptSeconds, lockHeld, stepSeconds, stillLocked } from "./apt-lock.ts";
import { planHook } from "./package-plan.ts";
import { lastRecord, lookAround, recordFunctions } from "./package-record.ts";
import { takeBackOwn } from "./package-rollback.ts";
import { settling } from "./package-settling.ts";
import type { RunScript } from "./step.ts";

const functions = lines(recordFunctions, aptFunctions, lookAround, settling);

/**
 * apt refuses to run after an interrupted dpkg, so that is repaired first. Another administrator's
 * package that cannot be configured does not stop the installation: apt continues where it can.
 * A dpkg that was killed between unpacking a package and clearing its "reinstreq" flag (dpkg(1),
 * PACKAGE FLAGS) leaves one that dpkg will not configure and apt takes for unpacked: those that our
 * plans name are installed again.
 */
const installing = sh`apt() {
  retry_while_locked timeout -k 30 ${aptSeconds} apt-get -q -y -o DPkg::Lock::Timeout=0 -o Dpkg::Use-Pty=0 \
    -o Dpkg::Options::=--force-confdef -o Dpkg::Options::=--force-confold "$@"
}
unfinished() {
  packages_now && awk '$3 !~ /^(installed|not-installed|config-files)$/ { print $5 " (" $3 ")" }' "$work/now"
}
repair() {
  [ -n "$(dpkg --audit)" ] || return 0
  scripts_end
  retry_while_locked timeout -k 30 ${aptSeconds} dpkg --force-confdef --force-confold --configure -a ||
    tell 'not configured, and left to those who brought it:' $(unfinished)
}
reinstall() {
  packages_now || return 0
  for record in "$records"/[0-9][0-9][0-9][0-9]; do
    if [ -e "$record" ] && is_plan "$record"; then cat -- "$record"; fi
  done > "$work/plans"
  again=$(awk '
    FILENAME ~ /now$/ { if ($6 == "reinstreq" && $3 != "half-installed") broken[$1] = $5; next }
    $1 == "package" { name = $2; sub(/:.*/, "", name); key = name ":" $3; if (key in broken) print broken[key] }' "$work/now" "$work/plans")
  [ -n "$again" ] || return 0
  apt_recorded --reinstall install -- $again ||
    tell 'dpkg demands that these are installed again, which failed:' $again
}
are_installed() {
  packages_now || return 1
  for name; do
    awk -v name="$name" '
      { bare = $1; sub(/:[^:]*$/, "", bare) }
      (bare == name || $1 == name) && $3 == "installed" { found = 1 }
      END { exit !found }' "$work/now" || return 1
  done
}`;

/** Exit status when apt would remove another package. */
const wouldRemove = 90;

/** Installs missing packages. */
export function aptInstall(packages: readonly string[]): RunScript {
  const simulation = `apt-get -s install --no-install-recommends ${packages.join(" ")}`;
  return {
    do: "run",
    reason: `install ${packages.join(", ")}: not installed`,
    timeoutSeconds: stepSeconds,
    code: "apt-failed",
    exits: {
      [stillLocked]: lockHeld,
      [wouldRemove]: {
        code: "apt-would-remove-packages",
        next: `see on the host what would go and for what: \`${simulation}\` changes nothing, and its lines that begin with Remv name it. A mail server that still carries mail (\`mailq\` shows what waits) must not be taken away: leave this host as it is, or choose another one. Where it is not needed: \`apt-get remove\` it by hand, then run the same command again`,
      },
    },
    next: "put right on the host what apt says above, then run the same command again: a mirror that is down (`apt-get update`), a full disk (`df -h`), a package that this release lacks (`apt-cache policy NAME`), or one that somebody has left broken (`dpkg --audit`)",
    script: lines(
      functions,
      installing,
      sh`install -d -m 700 -- ${libraryFolder} "$records" &&
  printf %s ${planHook.text} > "$records/hook" && chmod 700 "$records/hook" || exit 1
rm -f -- ${keptPath} ${endedPath}
earlier=$(${lastRecord})
repair
settle finished "$records"/[0-9][0-9][0-9][0-9] || exit 1
if ! apt update; then
  complain
  tell 'package lists could not be refreshed, going on with those on the host:' $(grep -m 3 '^E: ' "$report")
fi
apt_recorded() {
  apt --no-install-recommends --no-remove \
    -o "DPkg::Pre-Install-Pkgs::=$records/hook \${earlier:-0000} "${packages.join(" ")} \
    -o "DPkg::Tools::Options::$records/hook::Version=3" "$@"
}
reinstall
apt_recorded install -- ${packages}
code=$?
[ "$code" -eq 0 ] || scripts_end
ended=\${earlier:-0000}
settle finished "$records"/[0-9][0-9][0-9][0-9] || exit 1
[ "$code" -ne 0 ] || exit 0
${noteEnded}
if are_installed ${packages}; then
  tell 'installed; apt then failed with what is not ours:' $(grep -m 3 '^E: \|^dpkg: error' "$report") $(unfinished)
  exit 0
fi
removed=$(apt-get -s -q -y install -- ${packages} 2>/dev/null | sed -n 's/^Remv \([^ ]*\).*/\1/p')
if [ -n "$removed" ]; then
  echo "apt would remove:" $removed "- that cannot stay beside what is to be installed, as a second mail server cannot" >&2
  exit ${wouldRemove}
fi
complain
others=$(unfinished)
if [ -n "$others" ]; then
  echo "not finished on this host:" $others "- \`apt-get -f install\` completes or removes what others have left so" >&2
fi
exit "$code"`,
    ),
    undo: takeBackOwn,
  };
}

/**
 * Replaces the plan of a killed apt run by what that run brought. It changes only this program's
 * own records, so it has no undo.
 */
export const settleRecords: RunScript = {
  do: "run",
  reason: "look at what an apt run brought that was interrupted",
  script: lines(
    functions,
    sh`scripts_end
settle all "$records"/[0-9][0-9][0-9][0-9]`,
  ),
};
