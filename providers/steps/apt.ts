// Steps that install Debian packages and take them back, so that a held lock is waited for, an interrupted dpkg is repaired, no question
// is asked, no locally edited configuration file is replaced, and what is not ours is neither removed nor needed.

import { libraryFolder } from "../facts/journal.ts";
import { keptPath, recordFolder, recordFormat } from "../facts/package-record.ts";
import { planHook } from "./package-plan.ts";
import { lookAround, recordFunctions } from "./package-record.ts";
import { removal } from "./package-removal.ts";
import { settling } from "./package-settling.ts";
import { lines, type ShellText, sh } from "./shell.ts";
import type { Run } from "./step.ts";

/** Seconds for one apt run; ten minutes of waiting for somebody else's are on top. */
const aptSeconds = 1800;
const lockSeconds = 600;

/**
 * Every call is repeated while apt or dpkg complains of a lock, and who holds it is told: apt itself waits without a word, and not for
 * the locks of lists/ and archives/ (DPkg::Lock::Timeout; apt 2.6, 3.0). Its children outlive a lost connection: `timeout` bounds them.
 */
const patience = sh`
export LC_ALL=C DEBIAN_FRONTEND=noninteractive APT_LISTCHANGES_FRONTEND=none NEEDRESTART_MODE=l
command -v tell >/dev/null || tell() { :; }
work=$(mktemp -d) || exit 1
report=$work/report
tidy() { rm -rf -- "$work"; rm -f -- "$records/hook"; rmdir -- "$records" ${libraryFolder} 2>/dev/null; }
trap tidy EXIT
patiently() {
  began=$(date +%s)
  due=$began
  while :; do
    "$@" >"$report" 2>&1 && return 0
    code=$?
    grep -q 'Could not get lock\|Unable to lock\|locked by' "$report" || return $code
    now=$(date +%s)
    [ "$now" -lt "$(( began + ${lockSeconds} ))" ] || return $code
    if [ "$now" -ge "$due" ]; then
      holder=$(sed -n 's/.*\(process\|pid\) \([0-9][0-9]*\).*/\2/p' "$report" | head -n 1)
      tell "wait for apt's lock, held by $(cat "/proc/\${holder:-none}/comm" 2>/dev/null || echo another program) (process \${holder:-unknown}): $(( now - began )) s so far (at the most ${lockSeconds} s)"
      due=$(( now + 30 ))
    fi
    sleep 2
  done
}
complain() {
  tail -n 15 "$report"
  echo 'of all that it said:'
  grep -A 2 '^E: \|^dpkg: error\|^sasl-mail-host: \|^The following held packages\| : \(Pre\)\{0,1\}Depends: \|No space left' "$report" | grep -v '^--$' | tail -n 20
} >&2`;

/** All that the scripts below are made of. */
const helpers = lines(recordFunctions, patience, lookAround, settling);

/**
 * apt takes no step while dpkg has been interrupted, or has packages that it could not configure; the first is put right here for
 * everybody. A package of somebody else that cannot be configured does not stop us: apt goes on where it can, and says so where not.
 */
const install = sh`apt() { patiently timeout -k 30 ${aptSeconds} apt-get -q -y -o DPkg::Lock::Timeout=0 -o Dpkg::Use-Pty=0 -o Dpkg::Options::=--force-confdef -o Dpkg::Options::=--force-confold "$@"; }
unfinished() { packages_now && awk '$3 !~ /^(installed|not-installed|config-files)$/ { print $5 " (" $3 ")" }' "$work/now"; }
repair() {
  [ -n "$(dpkg --audit)" ] || return 0
  patiently dpkg --force-confdef --force-confold --configure -a || tell "not configured, and left to those who brought it:" $(unfinished)
}
installed() { packages_now && for name; do awk -v name="$name" '{ key = $1; sub(/:[^:]*$/, "", key) } (key == name || $1 == name) && $3 == "installed" { found = 1 } END { exit !found }' "$work/now" || return 1; done; }`;

/** Installs packages that are missing. Exit status 90 when apt would remove another package for it. */
export function aptInstall(packages: readonly string[]): Run {
  return {
    do: "run",
    reason: `install ${packages.join(", ")}: not installed`,
    timeoutSeconds: aptSeconds + lockSeconds,
    next: "look at the host: `apt-get install` by hand shows the same; a mirror that is down, a full disk, a package that this release lacks or one that another program has left broken must be put right there",
    script: lines(
      helpers,
      install,
      sh`install -d -m 700 -- ${libraryFolder} "$records" && printf %s ${planHook.text} > "$records/hook" && chmod 700 "$records/hook" || exit 1
rm -f -- ${keptPath}
repair
settle finished "$records"/[0-9]* || exit 1
apt update || { complain; tell 'package lists could not be refreshed, going on with those on the host:' $(grep -m 3 '^E: ' "$report"); }
apt --no-install-recommends --no-remove -o "DPkg::Pre-Install-Pkgs::=$records/hook "${packages.join(" ")} -o "DPkg::Tools::Options::$records/hook::Version=3" install -- ${packages}
code=$?
settle finished "$records"/[0-9]* || exit 1
[ "$code" -ne 0 ] || exit 0
if installed ${packages}; then
  tell 'installed, although apt went on to something that is not ours and failed there:' $(grep -m 3 '^E: \|^dpkg: error' "$report") $(unfinished)
  exit 0
fi
removed=$(apt-get -s -q -y install -- ${packages} 2>/dev/null | sed -n 's/^Remv \([^ ]*\).*/\1/p')
if [ -n "$removed" ]; then
  echo "apt would remove:" $removed "- another mail server is installed here; remove it by hand first if it is not needed" >&2
  exit 90
fi
complain
others=$(unfinished)
[ -z "$others" ] || echo "not finished on this host:" $others "- \`apt-get -f install\` completes or removes what others have left so" >&2
exit "$code"`,
    ),
    undo: { remember: lastRecord, script: lines(helpers, removal, takeBackLater) },
  };
}

/** The number of the last record before the step: what comes after it is the step's own. */
const lastRecord = sh`{ echo "after $(ls -- ${recordFolder} 2>/dev/null | grep '^[0-9]*$' | sort -n | tail -n 1)" && echo end; } > last-record`;

const takeBackLater = sh`[ "$(tail -n 1 last-record)" = end ] || { echo "$PWD/last-record is empty or cut: what this step installed cannot be told from what was there. Next: compare /var/log/apt/history.log, and purge by hand what it brought" >&2; exit 1; }
after=$(sed -n 's/^after 0*//p' last-record)
set --
for record in "$records"/[0-9]*; do
  number=$(printf %s "\${record##*/}" | sed 's/^0*//')
  if [ -e "$record" ] && [ "\${number:-0}" -gt "\${after:-0}" ]; then set -- "$@" "$record"; fi
done
take_back "$@"`;

/** What a version brought that kept no records on the host: the state alone has it. */
export interface Unrecorded {
  readonly packages: readonly string[];
  /** As in a record: "user postfix", "file DIGEST /etc/aliases". */
  readonly made: readonly string[];
  /** Those of the packages that must not be kept for somebody else without a word. */
  readonly requested: readonly string[];
}

/** Takes back what our apt runs brought. `names` are told. */
export function takeBackPackages(names: readonly string[], unrecorded: Unrecorded): Run {
  return {
    do: "run",
    reason: `purge ${names.join(", ")}: installed by this resource`,
    timeoutSeconds: aptSeconds + lockSeconds,
    next: "do on the host what is said above, then run `pulumi destroy` again",
    script: lines(
      helpers,
      removal,
      unrecorded.packages.length === 0 ? sh`` : writeDown(unrecorded),
      sh`take_back "$records"/[0-9]*`,
    ),
  };
}

/** As a record of its own, so that a run that is killed half-way is gone on with. */
function writeDown({ packages, made, requested }: Unrecorded): ShellText {
  return sh`install -d -m 700 -- ${libraryFolder} "$records" && packages_now || exit 1
{
  echo ${recordFormat}
  for name in ${requested}; do echo "requested $name"; done
  for name in ${packages}; do awk -v name="$name" '{ key = $1; sub(/:[^:]*$/, "", key); architecture = $1; sub(/.*:/, "", architecture) } key == name { print "package", name, architecture, $2, "absent" }' "$work/now"; done
  for line in ${made}; do echo "\${line%% *} - \${line#* }"; done
} > "$work/body"
write_record confirmed "$records/0000" "$work/body" || exit 1`;
}

/** Says that packages stay, which the state has as ours and the host does not. */
export function leavePackages(names: readonly string[]): Run {
  return {
    do: "run",
    reason: `leave ${names.join(", ")}: installed, but the host has no record that an apt run of ours brought them`,
    script: sh`printf '%s\n' ${names} >> ${keptPath}`,
  };
}

/** Looks at what came of an apt run that was killed. */
export const settleRecords: Run = {
  do: "run",
  reason: "look at what an apt run brought that was interrupted",
  script: lines(helpers, sh`settle all "$records"/[0-9]*`),
};
