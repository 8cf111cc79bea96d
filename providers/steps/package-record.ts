// Shell text for the records of what our apt runs brought: it verifies that a record is complete,
// and writes one. facts/package-record.ts reads them.

import { sh } from "../core/shell.ts";
import { damagedAdvice, recordFolder, recordFormat } from "../facts/package-record.ts";

/** Folders whose files are listed, without subfolders. */
export const swept = ["/etc", "/etc/postfix"];

/** Prints the highest number of a record, or nothing. */
export const lastRecord = sh`ls -- ${recordFolder} 2>/dev/null | grep -x '[0-9]\{4\}' | sort -n | tail -n 1`;

/**
 * `sound FILE` reports on standard error why a record is incomplete. `write_record plan|confirmed
 * FILE BODY [AGED]` writes a record atomically: the last line has the digest of the body, and the
 * written file is read back before it gets its name. It gets the time of the file AGED.
 */
export const recordFunctions = sh`records=${recordFolder}
sound() {
  why=
  if [ ! -f "$1" ]; then why='it is no regular file'
  elif [ ! -s "$1" ]; then why='it is empty'
  elif [ "$(head -n 1 -- "$1")" != ${recordFormat} ]; then why='its first line is in no format that this version knows'
  else
    digest=$(head -n -1 -- "$1" | sha256sum) || return 1
    case $(tail -n 1 -- "$1") in
      "end plan \${digest%% *}" | "end confirmed \${digest%% *}") ;;
      'end plan '* | 'end confirmed '*) why='its lines are not those that were written' ;;
      *) why='it is cut: its end mark is missing' ;;
    esac
  fi
  [ -z "$why" ] || { echo "$1 is damaged: $why. Next:" ${damagedAdvice} >&2; return 1; }
}
is_plan() { case $(tail -n 1 -- "$1") in 'end plan '*) return 0 ;; *) return 1 ;; esac; }
write_record() {
  temporary=$(mktemp -- "$records/.new.XXXXXXXX") || return 1
  if digest=$(sha256sum < "$3") && cat -- "$3" > "$temporary" && echo "end $1 \${digest%% *}" >> "$temporary" &&
    { [ -z "$4" ] || touch -r "$4" -- "$temporary"; } && sync -- "$temporary" && sound "$temporary" && mv -f -- "$temporary" "$2" && sync -- "$records" "$records/.."; then return 0; fi
  rm -f -- "$temporary"
  return 1
}`;

/**
 * `look_around all|system FILE` lists local accounts, overrides and files, one per line: "user
 * postfix", "file /etc/aliases". System accounts have lower numbers than those of people (Debian
 * Policy 9.2.2).
 */
export const lookAround = sh`look_around() {
  awk -F : -v all="$1" 'FNR == 1 { kind = FILENAME ~ /passwd$/ ? "user" : "group" } all == "all" || ($3 > 0 && $3 < 1000) { print kind " " $1 }' /etc/passwd /etc/group > "$2" || return 1
  dpkg-statoverride --list > "$2.list" || [ $? -eq 1 ] || return 1
  sed 's/^[^ ]* [^ ]* [^ ]* /override /' "$2.list" >> "$2" || return 1
  for folder in ${swept}; do
    [ -d "$folder" ] || continue
    find "$folder" -maxdepth 1 -type f > "$2.list" && sed -n 's,^/,file /,p' "$2.list" >> "$2" || return 1
  done
}`;
