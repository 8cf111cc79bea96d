// Steps that install and purge Debian packages, so that a held lock is waited for, an interrupted dpkg is repaired,
// no question is asked, no locally edited configuration file is replaced, and no other package is removed silently.
import { swept } from "../facts/leftovers.ts";
import { lines, sh } from "./shell.ts";
import type { Run } from "./step.ts";

/** Seconds for one apt run; ten minutes of waiting for somebody else's are on top. */
const aptSeconds = 1800;
const lockSeconds = 600;

/**
 * Every call is repeated while apt or dpkg complains of a lock, and who holds it is told: apt itself waits without a word, and not for
 * the locks of lists/ and archives/ (DPkg::Lock::Timeout; apt 2.6, 3.0). Its children outlive a lost connection: `timeout` bounds them.
 */
const helpers = sh`
command -v tell >/dev/null || tell() { :; }
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
apt() { patiently timeout -k 30 ${aptSeconds} apt-get -q -y -o DPkg::Lock::Timeout=0 -o Dpkg::Use-Pty=0 -o Dpkg::Options::=--force-confdef -o Dpkg::Options::=--force-confold "$@"; }
fail() { code=$?; tail -n 15 "$report" >&2; rm -f "$report"; exit "$code"; }
export DEBIAN_FRONTEND=noninteractive APT_LISTCHANGES_FRONTEND=none NEEDRESTART_MODE=l
report=$(mktemp) || exit 1
if [ -n "$(dpkg --audit)" ]; then patiently dpkg --force-confdef --force-confold --configure -a || fail; fi`;

/** What there was before, one sorted list each; compared with the same lists afterwards. */
const inventory = sh`dpkg-query -W -f '\${db:Status-Status} \${Package}\n' | sed -n 's/^installed //p' | sort > packages
cut -d : -f 1 /etc/passwd | sort > users
cut -d : -f 1 /etc/group | sort > groups
dpkg-statoverride --list | cut -d ' ' -f 4- | sort > overrides
find ${swept} -maxdepth 1 -type f 2>/dev/null | sort > files`;

/**
 * Stops the units that the packages brought, instances of templates included, and later clears what systemd remembers of them:
 * Debian 13's postfix is left running by its own removal, and a failed unit would be listed for ever.
 */
const stopUnits = sh`stop_units() {
  units=$(dpkg -L "$@" 2>/dev/null | sed -n 's,^.*/systemd/system/\([^/]*\)@\.service$,\1@*.service,p; s,^.*/systemd/system/\([^/@]*\.service\)$,\1,p; s,^/etc/init\.d/\(.*\)$,\1.service,p' | sort -u)
  printf '%s\n' "$units" | while read -r unit; do systemctl stop "$unit" 2>/dev/null; done
}
forget_units() { systemctl daemon-reload; printf '%s\n' "$units" | while read -r unit; do systemctl reset-failed "$unit" 2>/dev/null; done; }`;

/** Runs beside the lists of `inventory`: takes away what is not in them. */
const purgeWhatCame = sh`here=$PWD
came() { comm -13 "$here/$1" -; }
${stopUnits}
new=$(dpkg-query -W -f '\${db:Status-Status} \${Package}\n' | sed -n 's/^installed //p' | sort | came packages)
if [ -n "$new" ]; then stop_units $new; apt purge -- $new || fail; forget_units; fi
cut -d : -f 1 /etc/passwd | sort | came users | while read -r name; do userdel -- "$name"; done
cut -d : -f 1 /etc/group | sort | came groups | while read -r name; do groupdel -- "$name"; done
dpkg-statoverride --list | cut -d ' ' -f 4- | sort | came overrides | while read -r path; do dpkg-statoverride --remove "$path"; done
find ${swept} -maxdepth 1 -type f 2>/dev/null | sort | came files | while read -r file; do dpkg -S "$file" >/dev/null 2>&1 || rm -f -- "$file"; done
rmdir /etc/postfix 2>/dev/null
rm -f "$report"`;

/** Installs packages that are missing. Exit status 90 when apt would remove another package for it. */
export function aptInstall(packages: readonly string[]): Run {
  return {
    do: "run",
    reason: `install ${packages.join(", ")}: not installed`,
    timeoutSeconds: aptSeconds + lockSeconds,
    next: "look at the host: `apt-get install` by hand shows the same; a mirror that is down, a full disk or a package that this release lacks must be put right there",
    script: lines(
      helpers,
      sh`apt update || { cat "$report" >&2; echo 'package lists could not be refreshed; going on with those on the host' >&2; }
apt --no-install-recommends --no-remove install -- ${packages} && { rm -f "$report"; exit 0; }
code=$?
removed=$(apt-get -s -q -y install -- ${packages} 2>/dev/null | sed -n 's/^Remv \([^ ]*\).*/\1/p')
[ -n "$removed" ] || { (exit "$code"); fail; }
echo "apt would remove:" $removed "- another mail server is installed here; remove it by hand first if it is not needed" >&2
rm -f "$report"
exit 90`,
    ),
    undo: { remember: inventory, script: lines(helpers, purgeWhatCame) },
  };
}

/** Removes packages with their configuration, and nothing else. */
export function aptPurge(packages: readonly string[]): Run {
  return {
    do: "run",
    reason: `purge ${packages.join(", ")}: installed by this resource`,
    timeoutSeconds: aptSeconds + lockSeconds,
    next: "look at the host: a package that came later may depend on these; remove that one first or keep these with retainOnDelete",
    script: lines(
      helpers,
      stopUnits,
      sh`others=$(apt-get -s -q -y purge -- ${packages} | sed -n 's/^\(Purg\|Remv\) \([^ ]*\).*/\2/p' | grep -vxF "$(printf '%s\n' ${packages})")
if [ -n "$others" ]; then
  echo "apt would also remove:" $others >&2
  rm -f "$report"
  exit 91
fi
stop_units -- ${packages}
apt purge -- ${packages} || fail
forget_units
rm -f "$report"`,
    ),
  };
}
