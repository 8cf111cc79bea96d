// Facts of Postfix: whether it runs, and a digest of what it would load.
import { lines, type ShellText, sh } from "../steps/shell.ts";
import { type Fact, textOf } from "./fact.ts";
import { type Listener, processesOf, type RunningProcess } from "./process.ts";

export const masterCfPath = "/etc/postfix/master.cf";

/** The master daemon: the parent of all of Postfix. Same place on Debian 12 and 13. */
export const masterProcesses: Fact<readonly RunningProcess[]> = processesOf("/usr/lib/postfix/sbin/master");

const digestScript = sh`{ cat /etc/postfix/main.cf /etc/postfix/master.cf /etc/postfix/sasl/*.conf; id -nG postfix; } 2>/dev/null | sha256sum | cut -d ' ' -f 1`;

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
 * and what starts at boot.
 */
export const proofDigest: Fact<string> = {
  name: "the digest of all that the proof covers",
  question: sh`{ cat /etc/postfix/main.cf /etc/postfix/master.cf /etc/postfix/sasl/*.conf /etc/default/saslauthd /etc/systemd/system/saslauthd.service.d/*.conf
id -nG postfix
dpkg-statoverride --list
pid=$(pgrep -o -x saslauthd) && tr '\0' ' ' < "/proc/$pid/cmdline" && folder=$(sed -n 's/.*\x00-m\x00\([^\x00]*\)\x00.*/\1/p' "/proc/$pid/cmdline") && stat -c '%a %U %G' -- "$folder"
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

/** Listeners of other programs on the wanted ports. Where the kernel does not name the program it may be Postfix itself. */
export function takenPorts(listeners: readonly Listener[], ports: readonly number[]): Listener[] {
  return listeners.filter(({ port, program }) => ports.includes(port) && !["master", "smtpd", ""].includes(program));
}

/** Whether the ports are all listened on by Postfix. */
export function served(ports: readonly number[], listeners: Fact<readonly Listener[]>): Fact<boolean> {
  return { ...listeners, parse: (answer) => portsNotServed(listeners.parse(answer), ports).length === 0 };
}
