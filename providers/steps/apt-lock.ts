// Shell text for calls of apt and dpkg that wait for another process's lock and report why they
// failed.

import { sh } from "../core/shell.ts";
import { libraryFolder } from "../facts/journal.ts";
import type { KindOfFailure } from "./step.ts";

/** Seconds for one run of apt or dpkg, without the waiting for another run (`lockSeconds`). */
export const aptSeconds = 1800;
const lockSeconds = 600;

/** Exit status when another program held apt's or dpkg's lock all the time. */
export const stillLocked = 91;

export const lockHeld: KindOfFailure = {
  code: "apt-locked",
  next: "wait for the other run of apt or dpkg to end, and do not end it yourself (`lslocks -u | grep -E 'dpkg|apt'` on the host shows its process, `ps -fp PID` what it is: mostly unattended-upgrades, or somebody's terminal), then run the same command again",
};

/** Seconds for the maintainer script of a killed dpkg. */
const scriptSeconds = 120;

/**
 * Seconds until the connection abandons a step: four calls of apt or dpkg, each with its wait for a
 * lock, and the maintainer scripts before and after.
 */
export const stepSeconds = 4 * (aptSeconds + lockSeconds) + 2 * scriptSeconds;

/**
 * `retry_while_locked` repeats a call while apt or dpkg complains of a lock, and reports its holder: apt
 * itself waits silently, and not for the locks of lists/ and archives/ (DPkg::Lock::Timeout; apt
 * 2.6, 3.0). Its children outlive a lost connection, so callers limit them with `timeout`.
 * `scripts_end` waits for maintainer scripts, because one continues and makes files after its dpkg
 * was killed. `complain` reports the cause: with a full disk it is far above the last lines.
 */
export const aptFunctions = sh`
export LC_ALL=C DEBIAN_FRONTEND=noninteractive APT_LISTCHANGES_FRONTEND=none NEEDRESTART_MODE=l
command -v tell >/dev/null || tell() { :; }
work=$(mktemp -d) || exit 1
report=$work/report
tidy() {
  rm -rf -- "$work"
  rm -f -- "$records/hook" "$records"/.new.*
  rmdir -- "$records" ${libraryFolder} 2>/dev/null
}
trap tidy EXIT
retry_while_locked() {
  began=$(date +%s)
  due=$began
  while :; do
    "$@" >"$report" 2>&1 && return 0
    code=$?
    grep -q 'Could not get lock\|Unable to lock\|locked by' "$report" || return $code
    now=$(date +%s)
    [ "$now" -lt "$(( began + ${lockSeconds} ))" ] || return ${stillLocked}
    if [ "$now" -ge "$due" ]; then
      holder=$(sed -n 's/.*\(process\|pid\) \([0-9][0-9]*\).*/\2/p' "$report" | head -n 1)
      tell "wait for apt's lock, held by $(cat "/proc/\${holder:-none}/comm" 2>/dev/null || echo another program) (process \${holder:-unknown}): $(( now - began )) s so far (at the most ${lockSeconds} s)"
      due=$(( now + 30 ))
    fi
    sleep 2
  done
}
scripts_end() {
  due=$(( $(date +%s) + ${scriptSeconds} ))
  while pgrep -f '/var/lib/dpkg/(info|tmp[.]ci)/([^ "$]*[.])?(preinst|postinst|prerm|postrm)( |$)' >/dev/null; do
    [ "$(date +%s)" -lt "$due" ] || return 0
    sleep 0.2
  done
}
complain() {
  tail -n 15 "$report"
  echo 'of all that it said:'
  grep -A 2 '^[EW]: \|^dpkg: error\|^sasl-mail-host: \|^The following held packages\| : \(Pre\)\{0,1\}Depends: \|No space left' "$report" |
    grep -v '^--$' | tail -n 20
} >&2`;
