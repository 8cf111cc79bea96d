// Copies of files that others have written, made before a purge of packages deletes them.
import { sh } from "../core/shell.ts";

/**
 * `keep_copies NAME…`: a purge deletes configuration files that were edited locally (dpkg knows
 * which), and with Postfix all of /etc/postfix. They are copied to where Debian keeps its own
 * copies.
 */
export const keepCopies = sh`edited_files() {
  dpkg-query -W -f '\${Conffiles}\n' "$@" | while read -r path digest rest; do
    if [ -f "$path" ] && [ "$(md5sum < "$path")" != "$digest  -" ]; then echo "$path"; fi
  done
  case " $* " in *' postfix '*) ;; *) return 0 ;; esac
  cat /var/lib/dpkg/info/postfix*.list > "$work/owned" 2>/dev/null
  find /etc/postfix -type f 2>/dev/null | while read -r path; do
    # what dpkg itself leaves beside a file while it replaces it
    case $path in *.dpkg-new | *.dpkg-tmp) continue ;; esac
    grep -qxF -- "$path" "$work/owned" && continue
    digest=$(sha256sum < "$path")
    grep -qF -- " \${digest%% *} $path" "$work/body" || echo "$path"
  done
}
keep_copies() {
  edited_files "$@" | sort -u > "$work/edited"
  [ -s "$work/edited" ] || return 0
  copies=/var/backups/sasl-mail-host-$(date +%Y%m%d-%H%M%S).tar
  sed 's,^/,,' "$work/edited" > "$work/relative"
  if ! (umask 077 && tar -C / -cf "$copies" -T "$work/relative" && sync -- "$copies"); then
    rm -f -- "$copies"
    echo "nothing is purged: these were edited by somebody and cannot be copied to $copies:" $(cat "$work/edited") >&2
    return 1
  fi
  say "kept: a copy of what was edited by somebody, in $copies:" $(cat "$work/edited")
}`;
