// Copies of files that others have written, made before a purge of packages deletes them.
import { sh } from "../core/shell.ts";

/**
 * What Postfix and Debian's scripts make themselves in the folders of the queue and of the data,
 * as a pattern of find(1): the queue without its messages, locks, caches (postconf(5),
 * data_directory), and the traces of a saslauthd whose socket is there.
 */
const madeByPostfix = [
  ...["bounce", "defer", "flush", "pid", "trace"].map((name) => `/var/spool/postfix/${name}/*`),
  "/var/spool/postfix/restart",
  "/var/spool/postfix/usr/lib/zoneinfo/localtime",
  ...["mux.accept", "saslauthd.pid*", "cache.*"].map((name) => `/var/spool/postfix/*/saslauthd/${name}`),
  "/var/lib/postfix/master.lock",
  "/var/lib/postfix/prng_exch",
  ...["*_scache", "*_cache"].flatMap((name) => ["db", "lmdb"].map((type) => `/var/lib/postfix/${name}.${type}`)),
];

/**
 * `copy_edited WORDS` copies the files that "$work/edited" lists; WORDS are what an error says of
 * the host's state. `keep_copies NAME…` copies what a purge of these packages would delete and others
 * have written, to the folder where Debian keeps its own copies: configuration files that were
 * edited locally (dpkg knows which), and with Postfix whole folders (postfix.postrm). In the chroot
 * a file that is also outside of it, with the same bytes, is a copy that Debian made
 * (configure-instance.sh) and is not kept.
 */
export const keepCopies = sh`edited_files() {
  dpkg-query -W -f '\${Conffiles}\n' "$@" | while read -r path digest rest; do
    if [ -f "$path" ] && [ "$(md5sum < "$path")" != "$digest  -" ]; then echo "$path"; fi
  done
  case " $* " in *' postfix '*) ;; *) return 0 ;; esac
  cat /var/lib/dpkg/info/postfix*.list > "$work/owned" 2>/dev/null
  find /etc/postfix /etc/systemd/system/postfix.service.d '(' -type f -o -type l ! -name makedefs.out ')' 2>/dev/null | while IFS= read -r path; do
    # what dpkg itself leaves beside a file while it replaces it
    case $path in *.dpkg-new | *.dpkg-tmp) continue ;; esac
    grep -qxF -- "$path" "$work/owned" && continue
    digest=$(sha256sum < "$path")
    grep -qF -- " \${digest%% *} $path" "$work/body" || echo "$path"
  done
  set --
  for pattern in ${madeByPostfix}; do set -- "$@" ! -path "$pattern"; done
  find /var/spool/postfix /var/lib/postfix '(' -type f -o -type l ')' "$@" 2>/dev/null | while IFS= read -r path; do
    case $path in /var/spool/postfix/*) if cmp -s -- "$path" "/\${path#/var/spool/postfix/}"; then continue; fi ;; esac
    grep -qxF -- "$path" "$work/owned" || echo "$path"
  done
}
keep_copies() {
  edited_files "$@" | sort -u > "$work/edited" || return 1
  copy_edited 'nothing is purged'
}
copy_edited() {
  [ -s "$work/edited" ] || return 0
  copies=$(mktemp --suffix=.tar -- "/var/backups/sasl-mail-host-$(date -u +%Y%m%dT%H%M%SZ)-XXXX") || {
    echo "$1: what somebody has edited or put there cannot be copied to /var/backups:" $(cat "$work/edited") >&2
    return 1
  }
  sed 's,^/,,' "$work/edited" > "$work/relative"
  if ! { tar -C / -cf "$copies" -T "$work/relative" && sync -- "$copies"; }; then
    rm -f -- "$copies"
    echo "$1: these were edited by somebody and cannot be copied to $copies:" $(cat "$work/edited") >&2
    return 1
  fi
  say "kept: a copy of what others have edited or put there, or may have, in $copies:" $(cat "$work/edited")
}`;
