// Facts of Postfix: whether it runs, and a digest of what it would load.
import { lines, type ShellText, sh } from "../steps/shell.ts";
import { digestIn, type Fact, textOf } from "./fact.ts";
import { type Listener, mayBePostfix } from "./listeners.ts";
import { findMaster, ofMain, postfixDaemons } from "./own-process.ts";
import { processesThat, type RunningProcess } from "./process.ts";

export const masterCfPath = "/etc/postfix/master.cf";

/** The master daemon of /etc/postfix: the parent of all of Postfix. Same place on Debian 12 and 13. */
export const masterProcesses: Fact<readonly RunningProcess[]> = processesThat(
  `${postfixDaemons}/master`,
  sh`{ ${ofMain}; of_main "$pid"; }`,
);

/**
 * The files with certificates and keys that main.cf and master.cf name, so that a renewed one is a change. A smtpd reads them when it
 * starts, and goes on with them (postconf(5), smtpd_tls_cert_file). Lines that go on are joined first; a value that is another
 * parameter (`$name`) is not followed.
 */
const certificates = sh`sed -e ':a' -e '$!N' -e 's/\n[[:space:]][[:space:]]*/ /' -e ta -e P -e D /etc/postfix/main.cf /etc/postfix/master.cf |
  grep -v '^#' | grep -oE 'smtpd_tls_(cert|key|chain|eccert|eckey|dcert|dkey)_files?[[:space:]]*=[[:space:]]*/[^[:space:],}]*([[:space:],]+/[^[:space:],}]*)*' |
  grep -oE '/[^[:space:],}]+' | sort -u | while read -r file; do cat -- "$file"; done`;

const digestScript = sh`{ cat /etc/postfix/main.cf /etc/postfix/master.cf /etc/postfix/sasl/*.conf; id -nG postfix; ${certificates}; } 2>/dev/null | sha256sum`;

/** Gone with a reboot, like the daemon that it speaks of. */
export const loadedPath = "/run/sasl-mail-host.loaded";

/** Writes down what Postfix has just loaded; to be run behind every reload and start of ours. */
export const noteLoaded: ShellText = lines(sh`rm -f -- ${loadedPath}`, sh`{`, digestScript, sh`} > ${loadedPath}`);

/** The digest of what Postfix last loaded at our word, or "" where that is not known: after a reboot, or when it was never us. */
export const loadedDigest: Fact<string> = {
  name: "the digest of what Postfix has loaded",
  question: sh`if [ -e ${loadedPath} ]; then cat -- ${loadedPath}; fi`,
  parse: (answer) => digestIn("the digest of what Postfix has loaded", answer),
};

/**
 * What of a running Postfix is older than what it would load today, whatever the digests say: a file that was written since the last
 * load that we know of (what was loaded in between, and whether it was, nobody can tell), and a daemon that lacks a group of its user
 * (it asks for them once, when it starts). Daemons from before the last load are left out: they only serve their last client. After a
 * start there are none.
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
find -L /etc/postfix/main.cf /etc/postfix/master.cf /etc/postfix/sasl -maxdepth 1 -type f $newer -printf '%p was written since its last reload\n' 2>/dev/null
within() { for group in $1; do case " $2 " in *" $group "*) ;; *) return 1 ;; esac; done; }
groups=$(id -G postfix)
printf '%s\n' "$rows" | while read -r pid age user; do
  [ "$pid" != "$master" ] && [ "$user" = postfix ] && [ "$(( now - age ))" -gt "$loaded" ] || continue
  held=
  { while read -r key value; do if [ "$key" = Groups: ]; then held=$value; fi; done < "/proc/$pid/status"; read -r name < "/proc/$pid/comm"; } 2>/dev/null
  if [ -n "$held" ] && ! { within "$held" "$groups" && within "$groups" "$held"; }; then echo "$name runs with other groups than the user postfix has"; fi
done`,
  parse: (answer) =>
    [...new Set(textOf("what of Postfix is older than its configuration", answer).split("\n"))].filter(
      (row) => row !== "",
    ),
};

/**
 * SHA-256 over everything that Postfix loads and this program has a hand in: main.cf, master.cf, the SASL application files and
 * the groups of the user postfix. No file's content leaves the host.
 */
export const configurationDigest: Fact<string> = {
  name: "the digest of the Postfix configuration",
  question: digestScript,
  parse: (answer) => digestIn("the digest of the Postfix configuration", answer),
};

/** The wanted ports that Postfix does not listen on. A port that another program holds counts as missing. */
export function portsNotServed(listeners: readonly Listener[], ports: readonly number[]): number[] {
  return ports.filter((port) => !listeners.some((listener) => listener.port === port && mayBePostfix(listener)));
}

/** The wanted ports as they are served: a text in the place of one that another program holds, or nobody although Postfix runs. */
export function asServed(
  listeners: readonly Listener[],
  ports: readonly number[],
  running: boolean,
): (number | string)[] {
  const taken = takenPorts(listeners, ports);
  const silent = portsNotServed(listeners, ports);
  return ports.map((port) => {
    const rival = taken.find((listener) => listener.port === port);
    if (rival !== undefined) return `${port}: ${rival.program} listens, not Postfix`;
    return running && silent.includes(port) ? `${port}: nobody listens` : port;
  });
}

/** Listeners of other programs on the wanted ports. One on another address than Postfix, which is there too, is in nobody's way. */
export function takenPorts(listeners: readonly Listener[], ports: readonly number[]): Listener[] {
  const missing = portsNotServed(listeners, ports);
  return listeners.filter((listener) => missing.includes(listener.port) && !mayBePostfix(listener));
}

/** Whether the ports are all listened on by Postfix. */
export function portsServed(ports: readonly number[], listeners: Fact<readonly Listener[]>): Fact<boolean> {
  return { ...listeners, parse: (answer) => portsNotServed(listeners.parse(answer), ports).length === 0 };
}
