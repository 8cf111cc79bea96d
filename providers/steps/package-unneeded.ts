// Names the packages that are left without use when upgraded packages are purged: what an upgrade
// has brought for them, no apt run of ours did.

import { sh } from "../core/shell.ts";

/**
 * `note_unneeded` lists what apt's autoremove would remove, and `tell_unneeded` says what a purge
 * has added to that. Debian 13's postfix needs libtlsrpt0 and 12's does not, so nothing is asked
 * where all packages have the recorded version. They are named and not removed: apt's marks do not
 * tell them from a package that nobody needed before our first run either.
 */
export const tellUnneeded = sh`were_upgraded() {
  awk '
    FILENAME ~ /now$/ { version[$1] = $2; next }
    $1 == "package" {
      key = $2; sub(/:.*/, "", key); key = key ":" $3
      if (key in version && (version[key] "") != ($4 "")) found = 1
    }
    END { exit !found }' "$work/now" "$work/body"
}
unneeded() { timeout 60 apt-get -s autoremove > "$report" 2>&1 && sed -n 's/^Remv \([^ ]*\).*/\1/p' "$report" | sort > "$1"; }
note_unneeded() { ! were_upgraded || unneeded "$work/unneeded" || rm -f -- "$work/unneeded"; }
tell_unneeded() {
  [ -e "$work/unneeded" ] && unneeded "$work/unneeded-now" || return 0
  set -- $(comm -13 "$work/unneeded" "$work/unneeded-now")
  [ $# -eq 0 ] || say "left: $*: an upgrade has brought or kept them for what is purged, and by apt's count nothing needs them now. \`apt-get autoremove --purge\` removes them, and what else is without use"
}`;
