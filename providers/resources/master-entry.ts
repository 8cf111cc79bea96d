// Which entry of master.cf is the service that is asked for: by its name, or by another name of its port.
import { type LocatedEntry, parseMaster } from "../facts/master.ts";
import { masterCfPath } from "../facts/postfix.ts";
import { Failure } from "../steps/failure.ts";

interface Service {
  readonly service: string;
  readonly type: string;
}

/** The last entry of this service is the one in force. Refuses a file that must not be touched. */
export function entryFor(wanted: Service, content: Buffer): LocatedEntry | undefined {
  const { entries, broken } = parseMaster(content);
  const first = broken[0];
  if (first !== undefined) {
    throw new Failure({
      tried: `read ${masterCfPath}`,
      found: `line ${first.line} is broken (${first.problem}): ${first.text.trimEnd()}`,
      left: "nothing was changed",
      next: "put the line right by hand; no other entry is touched while Postfix itself can not read the file",
    });
  }
  const named = entries.findLast(({ entry }) => entry.service === wanted.service && entry.type === wanted.type);
  const onThePort = entries.filter(({ entry }) => sharePort(entry, wanted));
  const found = named ?? onThePort.findLast(({ entry }) => addressOf(entry.service) === addressOf(wanted.service));
  const rival = onThePort.find(({ entry }) => entry.service !== found?.entry.service);
  if (rival !== undefined) throw twoForOnePort(wanted, found, rival);
  return found;
}

function twoForOnePort(wanted: Service, found: LocatedEntry | undefined, rival: LocatedEntry): Failure {
  const port = portOf(wanted.service);
  return new Failure({
    tried: `configure ${wanted.service}/${wanted.type} in ${masterCfPath}`,
    found:
      found === undefined
        ? `line ${rival.line} already serves port ${port} as ${rival.entry.service}, on that address alone: two entries for one port, and Postfix could not open it twice`
        : `lines ${found.line} and ${rival.line} both serve port ${port}, as ${found.entry.service} and as ${rival.entry.service}: Postfix would use the last, or could not open the port twice`,
    left: "nothing was changed",
    next: `comment out one of them, then run it again: ${rival.text.split("\n", 1)[0]?.trimEnd()}`,
  });
}

function sharePort(entry: Service, wanted: Service): boolean {
  return entry.type === "inet" && wanted.type === "inet" && portOf(entry.service) === portOf(wanted.service);
}

/** Names that Postfix resolves itself, whatever /etc/services holds (known_tcp_ports in postconf(5)). */
const knownPorts: Readonly<Record<string, string>> = {
  smtp: "25",
  smtps: "465",
  submissions: "465",
  submission: "587",
};

/** "465" of "smtps" or "[::1]:465". */
export function portOf(service: string): string {
  const name = service.slice(addressOf(service).length).replace(/^:/, "");
  return knownPorts[name] ?? name;
}

/** "[::1]" of "[::1]:465"; empty for all addresses of inet_interfaces. */
function addressOf(service: string): string {
  return /^(.*):[^:\]]+$/.exec(service)?.[1] ?? "";
}
