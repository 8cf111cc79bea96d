// Facts of Postfix: whether it runs, and a digest of what it would load.
import { sh } from "../steps/shell.ts";
import { type Fact, textOf } from "./fact.ts";
import { type Listener, processesOf, type RunningProcess } from "./process.ts";

export const masterCfPath = "/etc/postfix/master.cf";

/** The master daemon: the parent of all of Postfix. Same place on Debian 12 and 13. */
export const masterProcesses: Fact<readonly RunningProcess[]> = processesOf("/usr/lib/postfix/sbin/master");

/**
 * SHA-256 over everything that Postfix loads and this program has a hand in: main.cf, master.cf, the SASL application files and
 * the groups of the user postfix. `others` are further files. No file's content leaves the host.
 */
export function configurationDigest(others: readonly string[] = []): Fact<string> {
  const name = "the digest of the Postfix configuration";
  return {
    name,
    question: sh`{ cat /etc/postfix/main.cf /etc/postfix/master.cf /etc/postfix/sasl/*.conf ${others} 2>/dev/null; id -nG postfix 2>/dev/null; } | sha256sum | cut -d ' ' -f 1`,
    parse: (answer) => textOf(name, answer),
  };
}

/** The wanted ports that Postfix does not listen on. A port that another program holds counts as missing. */
export function portsNotServed(listeners: readonly Listener[], ports: readonly number[]): number[] {
  return ports.filter(
    (port) =>
      !listeners.some((listener) => listener.port === port && ["master", "smtpd", ""].includes(listener.program)),
  );
}

/** Whether the ports are all listened on by Postfix. */
export function served(ports: readonly number[], listeners: Fact<readonly Listener[]>): Fact<boolean> {
  return { ...listeners, parse: (answer) => portsNotServed(listeners.parse(answer), ports).length === 0 };
}
