// Facts of Postfix: whether it runs, and a digest of what it would load.
import { lines, type ShellText, sh } from "../steps/shell.ts";
import { type Fact, textOf } from "./fact.ts";
import { type Listener, processesOf, type RunningProcess } from "./process.ts";

export const masterCfPath = "/etc/postfix/master.cf";

/** The master daemon: the parent of all of Postfix. Same place on Debian 12 and 13. */
export const masterProcesses: Fact<readonly RunningProcess[]> = processesOf("/usr/lib/postfix/sbin/master");

/**
 * The files with certificates and keys that main.cf and master.cf name, so that a renewed one is a change. A smtpd reads them when it
 * starts, and goes on with them (postconf(5), smtpd_tls_cert_file). Lines that go on are joined first; a value that is another
 * parameter (`$name`) is not followed.
 */
const certificates = sh`sed -e ':a' -e '$!N' -e 's/\n[[:space:]][[:space:]]*/ /' -e ta -e P -e D /etc/postfix/main.cf /etc/postfix/master.cf |
  grep -v '^#' | grep -oE 'smtpd_tls_(cert|key|chain|eccert|eckey|dcert|dkey)_files?[[:space:]]*=[[:space:]]*/[^[:space:],}]*([[:space:],]+/[^[:space:],}]*)*' |
  grep -oE '/[^[:space:],}]+' | sort -u | while read -r file; do cat -- "$file"; done`;

const digestScript = sh`{ cat /etc/postfix/main.cf /etc/postfix/master.cf /etc/postfix/sasl/*.conf; id -nG postfix; ${certificates}; } 2>/dev/null | sha256sum | cut -d ' ' -f 1`;

/** Gone with a reboot, like the daemon that it speaks of. */
export const loadedPath = "/run/sasl-mail-host.loaded";

/** Writes down what Postfix has just loaded; to be run behind every reload and start of ours. */
export const noteLoaded: ShellText = lines(sh`rm -f -- ${loadedPath}`, sh`{`, digestScript, sh`} > ${loadedPath}`);

/** The digest of what Postfix last loaded at our word, or "" where that is not known: after a reboot, or when it was never us. */
export const loadedDigest: Fact<string> = {
  name: "the digest of what Postfix has loaded",
  question: sh`if [ -e ${loadedPath} ]; then cat -- ${loadedPath}; fi`,
  parse: (answer) => textOf("the digest of what Postfix has loaded", answer),
};

/**
 * What of a running Postfix is older than what it would load today, whatever the digests say: a file that was written since the last
 * load that we know of (what was loaded in between, and whether it was, nobody can tell), and a daemon that lacks a group of its user
 * (it asks for them once, when it starts). Daemons from before the last load are left out: they only serve their last client. After a
 * start there are none.
 */
export const outdated: Fact<readonly string[]> = {
  name: "what of Postfix is older than its configuration",
  question: sh`master=$(tr -dc 0-9 < /var/spool/postfix/pid/master.pid 2>/dev/null)
[ -e "/proc/\${master:-none}" ] || exit 0
age=$(ps -o etimes= -p "$master") || exit
now=$(date +%s)
since=$(( now - age ))
newer="-newerct @$(( since + 1 ))"
loaded=0
noted=$(stat -c %Y ${loadedPath} 2>/dev/null || echo 0)
if [ "$noted" -ge "$since" ]; then loaded=$(( noted + 1 )); newer="-cnewer "${loadedPath}; fi
find -L /etc/postfix/main.cf /etc/postfix/master.cf /etc/postfix/sasl -maxdepth 1 -type f $newer -printf '%p was written since its last reload\n' 2>/dev/null
groups=$(id -G postfix | tr ' ' '\n' | sort)
for pid in $(pgrep -u postfix -P "$master"); do
  age=$(ps -o etimes= -p "$pid") || continue
  [ "$(( now - age ))" -gt "$loaded" ] || continue
  held=$(sed -n 's/^Groups:[[:space:]]*//p' "/proc/$pid/status" | tr ' ' '\n' | sed '/^$/d' | sort)
  if [ -n "$held" ] && [ "$held" != "$groups" ]; then echo "$(cat "/proc/$pid/comm") runs with other groups than the user postfix has"; fi
done | sort -u`,
  parse: (answer) =>
    textOf("what of Postfix is older than its configuration", answer)
      .split("\n")
      .filter((row) => row !== ""),
};

/**
 * SHA-256 over everything that Postfix loads and this program has a hand in: main.cf, master.cf, the SASL application files and
 * the groups of the user postfix. No file's content leaves the host.
 */
export const configurationDigest: Fact<string> = {
  name: "the digest of the Postfix configuration",
  question: digestScript,
  parse: (answer) => textOf("the digest of the Postfix configuration", answer),
};

/**
 * SHA-256 over all that a proof rests on: what Postfix loads, saslauthd's options, its unit and its socket directory, the packages,
 * and what starts at boot. A saslauthd on another socket is somebody else's, and may come and go.
 */
export const proofDigest: Fact<string> = {
  name: "the digest of all that the proof covers",
  question: sh`{ cat /etc/postfix/main.cf /etc/postfix/master.cf /etc/postfix/sasl/*.conf /etc/default/saslauthd /etc/saslauthd.conf /etc/systemd/system/saslauthd.service.d/*.conf
id -nG postfix
${certificates}
dpkg-statoverride --list
folder=$(sed -n 's/^ *OPTIONS=.*-m *\([^ "'\'']*\).*/\1/p' /etc/default/saslauthd | tail -n 1); stat -c '%a %U %G' -- "$folder"
for pid in $(pgrep -x saslauthd); do tr '\0' ' ' < "/proc/$pid/cmdline"; echo; done | grep -F -e "-m $folder " | sort -u
dpkg-query -W postfix sasl2-bin libsasl2-modules
systemctl is-enabled postfix saslauthd; } 2>/dev/null | sha256sum | cut -d ' ' -f 1`,
  parse: (answer) => textOf("the digest of all that the proof covers", answer),
};

/** The wanted ports that Postfix does not listen on. A port that another program holds counts as missing. */
export function portsNotServed(listeners: readonly Listener[], ports: readonly number[]): number[] {
  return ports.filter(
    (port) =>
      !listeners.some((listener) => listener.port === port && ["master", "smtpd", ""].includes(listener.program)),
  );
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

/** Listeners of other programs on the wanted ports. Where the kernel does not name the program it may be Postfix itself. */
export function takenPorts(listeners: readonly Listener[], ports: readonly number[]): Listener[] {
  return listeners.filter(({ port, program }) => ports.includes(port) && !["master", "smtpd", ""].includes(program));
}

/** Whether the ports are all listened on by Postfix. */
export function served(ports: readonly number[], listeners: Fact<readonly Listener[]>): Fact<boolean> {
  return { ...listeners, parse: (answer) => portsNotServed(listeners.parse(answer), ports).length === 0 };
}
