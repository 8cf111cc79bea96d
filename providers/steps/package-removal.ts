// Takes back what our apt runs brought, and nothing else. dpkg does it and not apt: it removes just what it is told to and refuses what
// somebody else needs, and it works where apt does not, beside packages that others have left broken, and without a mirror.
import { keptPath } from "../facts/package-record.ts";
import { refuseMail } from "./mail-queue.ts";
import { swept } from "./package-record.ts";
import { lines, sh } from "./shell.ts";

/**
 * Stops the units that the packages brought, instances of templates included, and later clears what systemd remembers of them:
 * Debian 13's postfix is left running by its own removal, and a failed unit would be listed for ever.
 */
const units = sh`units_of() { dpkg -L "$@" 2>/dev/null | sed -n 's,^.*/systemd/system/\([^/]*\)@\.service$,\1@*.service,p; s,^.*/systemd/system/\([^/@]*\.service\)$,\1,p; s,^/etc/init\.d/\(.*\)$,\1.service,p' | sort -u; }
stop_units() { while read -r unit; do systemctl stop "$unit" 2>/dev/null; done < "$work/units"; :; }
running_units() { while read -r unit; do systemctl list-units --type=service --state=active --plain --no-legend "$unit"; done < "$work/units" | cut -d ' ' -f 1 > "$work/running"; }
start_units() { while read -r unit; do systemctl start "$unit"; done < "$work/running"; :; }
forget_units() { systemctl daemon-reload; while read -r unit; do systemctl reset-failed "$unit" 2>/dev/null; done < "$work/units"; :; }`;

/**
 * "$work/ours": what is to go of the packages in "$work/body", one a line, as dpkg names it, as the record does, and how it was before.
 * What left only its configuration behind goes too, unless that is how it was.
 */
const ours = sh`list_ours() {
  packages_now && awk '
    FILENAME ~ /now$/ { state[$1] = $3; want[$1] = $4; name[$1] = $5; next }
    $1 == "package" {
      key = $2; sub(/:.*/, "", key); key = key ":" $3
      if (!(key in state) || state[key] == "not-installed" || (state[key] == "config-files" && $5 == "config-files")) next
      if (!seen[key]++) print name[key], $2, $5, want[key], state[key], $6
    }' "$work/now" "$work/body" > "$work/ours"
}
keep() {
  token=$(awk -v name="$1" '$1 == name { print $2 }' "$work/ours")
  if grep -qxF "requested $token" "$work/body"; then
    echo "nothing is purged: $token is still wanted here: $2. Next: put that right on the host first; or leave the packages where they are (retainOnDelete)" >&2
    return 1
  fi
  echo "$token" >> "$work/kept"
  echo "kept: $token ($2)"
  tell "kept: $token ($2)"
  awk -v name="$1" '$1 != name' "$work/ours" > "$work/rest" && mv -- "$work/rest" "$work/ours"
}
keep_what_others_need() {
  for name in $(awk '$4 == "hold" { print $1 }' "$work/ours"); do keep "$name" 'it is on hold, see apt-mark showhold' || return 1; done
  while [ -s "$work/ours" ]; do
    dpkg --no-act --force-remove-reinstreq --purge $(cut -d ' ' -f 1 "$work/ours") > "$work/tried" 2>&1 && return 0
    blocked=$(sed '1,/^Errors were encountered while processing/d; s/^ *//' "$work/tried")
    [ -n "$blocked" ] || { cat "$work/tried" >&2; return 1; }
    for name in $blocked; do
      why=$(awk -v head="dpkg: dependency problems prevent removal of $name:" '$0 == head { inside = 1; next } /^ [^ ]/ && inside { sub(/^ /, ""); sub(/[.;].*$|; however:$/, ""); text = text (text == "" ? "" : ", ") $0 } /^$/ { inside = 0 } END { print text }' "$work/tried")
      keep "$name" "\${why:-dpkg does not remove it}" || return 1
    done
  done
}`;

/**
 * A purge deletes configuration files that somebody has edited (dpkg knows which), and with Postfix all of /etc/postfix, whoever made it.
 * They are copied to where Debian keeps copies of its own.
 */
const copies = sh`edited_files() {
  dpkg-query -W -f '\${Conffiles}\n' "$@" | while read -r path digest rest; do
    if [ -f "$path" ] && [ "$(md5sum < "$path")" != "$digest  -" ]; then echo "$path"; fi
  done
  case " $* " in *' postfix '*) ;; *) return 0 ;; esac
  cat /var/lib/dpkg/info/postfix*.list > "$work/owned" 2>/dev/null
  find /etc/postfix -type f 2>/dev/null | while read -r path; do
    grep -qxF -- "$path" "$work/owned" || grep -qF -- " $(sha256sum < "$path" | cut -d ' ' -f 1) $path" "$work/body" || echo "$path"
  done
}
keep_copies() {
  edited_files "$@" | sort -u > "$work/edited"
  [ -s "$work/edited" ] || return 0
  copies=/var/backups/sasl-mail-host-$(date +%Y%m%d-%H%M%S).tar
  if ! { sed 's,^/,,' "$work/edited" > "$work/relative" && (umask 077 && tar -C / -cf "$copies" -T "$work/relative") && sync -- "$copies"; }; then
    rm -f -- "$copies"
    echo "nothing is purged: these were edited by somebody, and cannot be copied to $copies:" $(cat "$work/edited") >&2
    return 1
  fi
  echo "edited by somebody, and copied to $copies:" $(cat "$work/edited")
  tell "edited by somebody, and copied to $copies:" $(cat "$work/edited")
}`;

/**
 * What was there with its configuration only is removed, and keeps it. Where dpkg was killed while it unpacked, it does not know the files
 * of the package and would leave them; so it unpacks that first. A killed dpkg also leaves triggers (ldconfig) to be run.
 */
const purge = sh`unpack_again() {
  for archive in $(awk '$5 == "half-installed" { print $6 }' "$work/ours"); do
    [ -f "$archive" ] && patiently dpkg --force-confold --unpack "$archive" || tell "files of a half unpacked package may stay behind, with names that end in .dpkg-new: $archive"
  done
}
run_triggers() { if packages_now && grep -q ' triggers-' "$work/now"; then patiently dpkg --triggers-only --pending || tell 'dpkg could not run all triggers, see dpkg --audit'; fi; }
purge_ours() {
  [ -s "$work/ours" ] || return 0
  mail=
  if grep -q '^postfix ' "$work/ours"; then mail=yes; refuse_mail || return 1; fi
  gone=$(awk '$3 != "config-files" { print $1 }' "$work/ours")
  if [ -n "$gone" ]; then keep_copies $gone || return 1; fi
  units_of $(cut -d ' ' -f 1 "$work/ours") > "$work/units"
  running_units
  stop_units
  if [ -n "$mail" ] && ! refuse_mail; then start_units; return 1; fi
  unpack_again
  if grep -q '^[^ ]* [^ ]* config-files ' "$work/ours"; then
    patiently dpkg --force-remove-reinstreq --remove $(cut -d ' ' -f 1 "$work/ours") || { complain; return 1; }
  fi
  if [ -n "$gone" ]; then patiently dpkg --force-remove-reinstreq --purge $gone || { complain; return 1; }; fi
  forget_units
  run_triggers
}`;

/**
 * What a purge leaves: accounts, overrides and files that came with packages that are gone now. A file that was edited since, and a group
 * that somebody else is in, stay.
 */
const sweep = sh`is_gone() { ! awk '$3 !~ /^(not-installed|config-files)$/ { sub(/:.*/, "", $1); print $1 }' "$work/now" | grep -qxF -- "\${1%%:*}"; }
sweep() {
  packages_now || return 1
  # a user goes before its group
  { sed -n '/^user /p' "$work/body" && sed -n '/^group /p; /^override /p; /^file /p' "$work/body"; } > "$work/made" || return 1
  while read -r kind package name; do
    is_gone "$package" || continue
    case $kind in
      user) if grep -q "^$name:" /etc/passwd; then userdel -- "$name" || return 1; fi ;;
      group)
        grep -q "^$name:" /etc/group || continue
        members=$(sed -n "s/^$name:[^:]*:[^:]*://p" /etc/group)
        number=$(sed -n "s/^$name:[^:]*:\([0-9]*\):.*/\1/p" /etc/group)
        members="$members$(awk -F : -v number="$number" '$4 == number { print " " $1 }' /etc/passwd)"
        if [ -n "$members" ]; then tell "kept: the group $name, which others are in: $members"; else groupdel -- "$name" || return 1; fi ;;
      override) if dpkg-statoverride --list "$name" >/dev/null; then dpkg-statoverride --remove "$name" || return 1; fi ;;
      file)
        digest=\${name%% *}
        name=\${name#* }
        if [ -f "$name" ] && [ "$(sha256sum < "$name")" = "$digest  -" ]; then rm -f -- "$name" || return 1; fi ;;
    esac
  done < "$work/made"
  for folder in ${swept}; do [ "$folder" = /etc ] || [ ! -d "$folder" ] || rmdir --ignore-fail-on-non-empty -- "$folder" || return 1; done
}`;

/**
 * `take_back FILE…`: what these records hold goes, and then they do. Run again after it was stopped half-way it goes on; without a record
 * there is nothing to do.
 */
const takeBack = sh`take_back() {
  settle all "$@" || return 1
  : > "$work/body" && : > "$work/kept" || return 1
  for record; do if [ -e "$record" ]; then head -n -1 -- "$record" >> "$work/body" || return 1; fi; done
  list_ours && keep_what_others_need && purge_ours && sweep || return 1
  if [ -s "$work/kept" ]; then cat -- "$work/kept" > ${keptPath} || return 1; fi
  rm -f -- "$@" || return 1
}`;

export const removal = lines(refuseMail, units, ours, copies, purge, sweep, takeBack);
