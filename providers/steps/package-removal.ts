// Removes only what our apt runs brought. It uses dpkg and not apt: dpkg removes exactly the named
// packages, refuses to remove what another package needs, and works beside broken packages and
// without a mirror.

import { lines, sh } from "../core/shell.ts";
import { keptPath } from "../facts/package-record.ts";
import { aptSeconds } from "./apt-lock.ts";
import { mailWaits, refuseMail } from "./mail-queue.ts";
import { keepCopies } from "./package-copies.ts";
import { sweep } from "./package-sweep.ts";
import { tellUnneeded } from "./package-unneeded.ts";

/**
 * Stops the units that the packages brought, including instances of templates, and later clears
 * their state in systemd: Debian 13's postfix keeps running after its own removal, and a failed
 * unit would stay listed.
 */
const units = sh`units_of() {
  dpkg -L "$@" 2>/dev/null | sed -n 's,^.*/systemd/system/\([^/]*\)@\.service$,\1@*.service,p
    s,^.*/systemd/system/\([^/@]*\.service\)$,\1,p
    s,^/etc/init\.d/\(.*\)$,\1.service,p' | sort -u
}
each_unit() { while read -r unit; do systemctl "$@" "$unit"; done; }
stop_units() {
  each_unit list-units --type=service --state=active --plain --no-legend < "$work/units" | cut -d ' ' -f 1 > "$work/running"
  each_unit stop < "$work/units" 2>/dev/null
}
start_units() { each_unit start < "$work/running" 2>/dev/null; }
forget_units() { systemctl daemon-reload; each_unit reset-failed < "$work/units" 2>/dev/null; }`;

/**
 * "$work/ours": the packages in "$work/body" to remove, one per line, with their names in dpkg and
 * in the record, the state before, whether the package is on hold, its state and its archive. A
 * package of which only the configuration is left is removed too, unless it was in that state
 * before.
 */
const listOurs = sh`list_ours() {
  packages_now && awk '
    FILENAME ~ /now$/ { state[$1] = $3; want[$1] = $4; name[$1] = $5; next }
    $1 == "package" {
      key = $2; sub(/:.*/, "", key); key = key ":" $3
      if (!(key in state) || state[key] == "not-installed") next
      if (state[key] == "config-files" && $5 == "config-files") next
      if (!seen[key]++) print name[key], $2, $5, want[key], state[key], $6
    }' "$work/now" "$work/body" > "$work/ours"
}`;

/** Exit status when another package needs one that is to be purged, or keeps it on hold. */
export const stillNeeded = 93;

/** Exit status when dpkg cannot say what a purge would do, or what it would delete is not copied. */
const purgeNotTried = 94;

/**
 * The exit statuses of a purge that is refused, so that all packages stay: a Postfix among them
 * goes on, since its mail or the package that needs it waits for it.
 */
export const nothingPurged: readonly number[] = [mailWaits, stillNeeded, purgeNotTried];

/**
 * Removes from "$work/ours" what other packages need; fails where such a package was requested by
 * name.
 */
const keepForOthers = sh`say() { echo "$*"; tell "$*"; }
keep() {
  token=$(awk -v name="$1" '$1 == name { print $2 }' "$work/ours")
  if grep -qxF "requested $token" "$work/body"; then
    echo "nothing is purged: $token is still wanted here: $2. Next: remove what needs it, or take the hold off (\`apt-mark unhold\`), where nobody else wants that" >&2
    return ${stillNeeded}
  fi
  echo "$token" >> "$work/kept"
  say "kept: $token ($2)"
  awk -v name="$1" '$1 != name' "$work/ours" > "$work/rest" && mv -- "$work/rest" "$work/ours"
}
who_needs() {
  awk -v head="dpkg: dependency problems prevent removal of $1:" '
    $0 == head { inside = 1; next }
    /^$/ { inside = 0 }
    inside && /^ [^ ]/ { sub(/^ /, ""); sub(/[.]$|; however:$/, ""); text = text (text == "" ? "" : ", ") $0 }
    END { print (text == "" ? "dpkg does not remove it" : text) }' "$work/tried"
}
keep_for_others() {
  for name in $(awk '$4 == "hold" { print $1 }' "$work/ours"); do
    keep "$name" 'it is on hold, see apt-mark showhold' || return
  done
  while [ -s "$work/ours" ]; do
    dpkg --no-act --force-remove-reinstreq --purge $(cut -d ' ' -f 1 "$work/ours") > "$work/tried" 2>&1 && return 0
    blocked=$(sed '1,/^Errors were encountered while processing/d; s/^ *//' "$work/tried")
    [ -n "$blocked" ] || { cat "$work/tried" >&2; return ${purgeNotTried}; }
    for name in $blocked; do keep "$name" "$(who_needs "$name")" || return; done
  done
}`;

/**
 * A dpkg that was killed while it unpacked does not know the files of the package and would leave
 * them, so the package is unpacked again first. A killed dpkg also leaves triggers (ldconfig) to
 * run.
 */
const afterKill = sh`unpack_again() {
  for archive in $(awk '$5 == "half-installed" { print $6 }' "$work/ours"); do
    [ -f "$archive" ] && dpkg_retried --force-confold --unpack "$archive" ||
      say "files of a half unpacked package may stay behind, with names that end in .dpkg-new: $archive"
  done
}
run_triggers() {
  packages_now && grep -q ' triggers-' "$work/now" || return 0
  dpkg_retried --triggers-only --pending || say 'dpkg could not run all triggers, see dpkg --audit'
}`;

/** A package that had only its configuration before is removed and not purged, which keeps it. */
const purge = sh`dpkg_retried() { retry_while_locked timeout -k 30 ${aptSeconds} dpkg --force-remove-reinstreq "$@"; }
purge_ours() {
  [ -s "$work/ours" ] || return 0
  all=$(cut -d ' ' -f 1 "$work/ours")
  gone=$(awk '$3 != "config-files" { print $1 }' "$work/ours")
  mail=$(grep '^postfix ' "$work/ours")
  if [ -n "$mail" ]; then refuse_mail || return; fi
  if [ -n "$gone" ]; then keep_copies $gone || return ${purgeNotTried}; fi
  units_of $all > "$work/units"
  stop_units
  # what came in between the first look and the stop
  if [ -n "$mail" ]; then refuse_mail || { code=$?; start_units; return $code; }; fi
  unpack_again
  if [ "$gone" != "$all" ]; then dpkg_retried --remove $all || { code=$?; complain; start_units; return $code; }; fi
  if [ -n "$gone" ]; then dpkg_retried --purge $gone || { code=$?; complain; start_units; return $code; }; fi
  forget_units
  run_triggers
}`;

/**
 * `take_back FILE…`: removes what these records list, and then the records. Run again after an
 * interruption it continues; without a record it does nothing.
 */
const takeBack = sh`packages_in() {
  for record; do if [ -e "$record" ]; then awk '$1 == "package" { print $2 }' "$record"; fi; done | sort -u
}
take_back() {
  scripts_end
  packages_in "$@" > "$work/had"
  purging=1
  settle all "$@" || return 1
  : > "$work/body" && : > "$work/kept" || return 1
  for record; do
    if [ -e "$record" ]; then head -n -1 -- "$record" >> "$work/body" || return 1; fi
  done
  packages_in "$@" > "$work/still"
  comm -23 "$work/had" "$work/still" | while read -r name; do
    if grep -qxF -- "\${name%%:*}" "$work/others"; then why='which somebody else has installed since'
    elif grep -qxF -- "\${name%%:*}" "$work/unsure"; then why="since /var/log/apt/history.log does not show that our run installed it"
    else continue; fi
    echo "$name" >> "$work/kept"
    say "kept: $name, $why"
  done
  list_ours && note_unneeded && keep_for_others && purge_ours && sweep || return
  tell_unneeded
  if [ -s "$work/kept" ]; then cat -- "$work/kept" > ${keptPath} || return 1; fi
  rm -f -- "$@"
}`;

export const removal = lines(
  refuseMail,
  units,
  listOurs,
  keepForOthers,
  keepCopies,
  afterKill,
  purge,
  sweep,
  tellUnneeded,
  takeBack,
);
