// Removes what a purge of packages leaves: accounts, overrides and files that their maintainer
// scripts made.

import { sh } from "../core/shell.ts";
import { swept } from "./package-record.ts";

/**
 * `sweep` removes what purged packages made, by the records in "$work/body". It keeps a file that
 * was edited since, and a group with other members. Of a file whose digest is not known ("-") a copy
 * is made before it is removed. A user is removed before its group.
 */
export const sweep = sh`is_gone() {
  ! awk '$3 !~ /^(not-installed|config-files)$/ { sub(/:.*/, "", $1); print $1 }' "$work/now" | grep -qxF -- "\${1%%:*}"
}
members_of() {
  sed -n "s/^$1:[^:]*:[^:]*://p" /etc/group | tr , '\n'
  number=$(sed -n "s/^$1:[^:]*:\([0-9]*\):.*/\1/p" /etc/group)
  awk -F : -v number="$number" '$4 == number { print $1 }' /etc/passwd
}
sweep_one() {
  case $1 in
    user) ! grep -q "^$2:" /etc/passwd || userdel -- "$2" ;;
    group)
      grep -q "^$2:" /etc/group || return 0
      members=$(members_of "$2")
      if [ -z "$members" ]; then groupdel -- "$2"; else say "kept: the group $2, which others are in:" $members; fi ;;
    override)
      dpkg-statoverride --list "$2" >/dev/null || { [ $? -eq 1 ]; return; }
      dpkg-statoverride --remove "$2" ;;
    file)
      [ -f "\${2#* }" ] || return 0
      case $2 in '- '*) ;; *) [ "$(sha256sum < "\${2#* }")" = "\${2%% *}  -" ] || return 0 ;; esac
      rm -f -- "\${2#* }" ;;
  esac
}
sweep() {
  packages_now || return 1
  { sed -n '/^user /p' "$work/body" && sed -n -E '/^(group|override|file) /p' "$work/body"; } > "$work/made" || return 1
  while read -r kind package name; do
    case $kind,$name in 'file,- '*) if is_gone "$package" && [ -f "\${name#- }" ]; then echo "\${name#- }"; fi ;; esac
  done < "$work/made" > "$work/edited"
  copy_edited 'not removed' || return 1
  while read -r kind package name; do
    if is_gone "$package"; then sweep_one "$kind" "$name" || return 1; fi
  done < "$work/made"
  for folder in ${swept}; do
    [ "$folder" = /etc ] || [ ! -d "$folder" ] || rmdir --ignore-fail-on-non-empty -- "$folder" || return 1
  done
}`;
