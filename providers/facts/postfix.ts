// Facts of Postfix: its master process, a digest of its configuration, and what of it is older than
// that configuration.
import { type ShellText, sh } from "../core/shell.ts";
import { digestIn, type Fact, textOf } from "./fact.ts";
import { findMaster, ofMain, postfixDaemons } from "./own-process.ts";
import { processesThat, type RunningProcess } from "./process.ts";

export const masterCfPath = "/etc/postfix/master.cf";

/** The folder where Debian's Postfix looks for the SASL application file, smtpd.conf. */
export const saslConfigFolder = "/etc/postfix/sasl";

/**
 * The master daemon of /etc/postfix, the parent of all of Postfix's processes. Its path is the same
 * on Debian 12 and 13.
 */
export const masterProcesses: Fact<readonly RunningProcess[]> = processesThat(
  `${postfixDaemons}/master`,
  sh`{ ${ofMain}; of_main "$pid"; }`,
);

/**
 * The files with certificates and keys that main.cf and master.cf name, so that a renewed one is a
 * difference. A smtpd reads them only when it starts (postconf(5), smtpd_tls_cert_file). Continued
 * lines are joined first; a value that is another parameter (`$name`) is not followed.
 */
const certificates = sh`sed -e ':a' -e '$!N' -e 's/\n[[:space:]][[:space:]]*/ /' -e ta -e P -e D /etc/postfix/main.cf /etc/postfix/master.cf |
  grep -v '^#' | grep -oE 'smtpd_tls_(cert|key|chain|eccert|eckey|dcert|dkey)_files?[[:space:]]*=[[:space:]]*/[^[:space:],}]*([[:space:],]+/[^[:space:],}]*)*' |
  grep -oE '/[^[:space:],}]+' | sort -u | while read -r file; do cat -- "$file"; done`;

/** Prints the SHA-256 of all that Postfix and its smtpd read when they load. */
export const digestScript: ShellText = sh`{ cat /etc/postfix/main.cf /etc/postfix/master.cf ${saslConfigFolder}/*.conf; id -nG postfix; ${certificates}; } 2>/dev/null | sha256sum`;

/** A reboot removes it, together with the daemon that it describes. */
export const loadedPath = "/run/sasl-mail-host.loaded";

/**
 * The digest of what our last reload or start loaded, or "" where it is unknown: after a reboot, or
 * when this program never loaded Postfix.
 */
export const loadedDigest: Fact<string> = {
  name: "the digest of what Postfix has loaded",
  question: sh`if [ -e ${loadedPath} ]; then cat -- ${loadedPath}; fi`,
  parse: (answer) => digestIn("the digest of what Postfix has loaded", answer),
};

/**
 * The parts of a running Postfix that are older than its configuration, whatever the digests are: a
 * file written since our last recorded load (a load by somebody else leaves no record), and an smtpd
 * that lacks a group of its user (a daemon reads its groups once, when it starts). Only smtpd asks
 * saslauthd; local(8) and virtual(8) take the groups of the recipient they deliver to. Daemons from
 * before the last load are left out, because they only finish serving their last client. After a
 * start the list is empty.
 */
export const outdated: Fact<readonly string[]> = {
  name: "what of Postfix is older than its configuration",
  question: sh`${findMaster}
[ -n "$master" ] || exit 0
rows=$(ps -o pid=,etimes=,euser= -p "$master" --ppid "$master") || exit
now=$(date +%s)
age=$(printf '%s\n' "$rows" | while read -r pid age user; do if [ "$pid" = "$master" ]; then echo "$age"; fi; done)
since=$(( now - age ))
newer="-newerct @$(( since + 1 ))"
loaded=0
noted=$(stat -c %Y ${loadedPath} 2>/dev/null || echo 0)
if [ "$noted" -ge "$since" ]; then loaded=$(( noted + 1 )); newer="-cnewer "${loadedPath}; fi
find -L /etc/postfix/main.cf /etc/postfix/master.cf ${saslConfigFolder} -maxdepth 1 -type f $newer -printf '%p was written since its last reload\n' 2>/dev/null
within() { for group in $1; do case " $2 " in *" $group "*) ;; *) return 1 ;; esac; done; }
groups=$(id -G postfix)
printf '%s\n' "$rows" | while read -r pid age user; do
  [ "$pid" != "$master" ] && [ "$user" = postfix ] && [ "$(( now - age ))" -gt "$loaded" ] || continue
  held= name=
  { while read -r key value; do if [ "$key" = Groups: ]; then held=$value; fi; done < "/proc/$pid/status"; read -r name < "/proc/$pid/comm"; } 2>/dev/null
  [ "$name" = smtpd ] && [ -n "$held" ] || continue
  if ! { within "$held" "$groups" && within "$groups" "$held"; }; then echo "$name runs with other groups than the user postfix has"; fi
done`,
  parse: (answer) =>
    [...new Set(textOf("what of Postfix is older than its configuration", answer).split("\n"))].filter(
      (row) => row !== "",
    ),
};

/**
 * SHA-256 over everything that Postfix loads and this program manages: main.cf, master.cf, the SASL
 * application files, the certificate and key files that they name, and the groups of the user
 * postfix. No file content leaves the host.
 */
export const configurationDigest: Fact<string> = {
  name: "the digest of the Postfix configuration",
  question: digestScript,
  parse: (answer) => digestIn("the digest of the Postfix configuration", answer),
};
