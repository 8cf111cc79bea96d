// Services of Postfix that others have set up since and that check their logins through saslauthd:
// without this program's parts on the host every login there fails.

import { Failure } from "../../core/failure.ts";
import type { FileContent } from "../../facts/file.ts";
import { type LocatedEntry, parseMaster } from "../../facts/master.ts";
import { addressOf, knownPorts, portOf, type ServicePorts } from "../../facts/master-ports.ts";
import { memoryPath, type StoredMemory } from "../../facts/memory.ts";
import { masterCfPath } from "../../facts/postfix.ts";
import { isLoopback } from "./cleartext.ts";

export interface LoginsActual {
  readonly master: FileContent | null;
  readonly names: ServicePorts;
  /** What main.cf sets, `loginParameters` included. */
  readonly inMain: Readonly<Record<string, string>>;
  readonly memories: ReadonlyMap<string, StoredMemory>;
}

/** The parameters by which smtpd offers AUTH, through which SASL implementation, and whether in clear (postconf(5)). */
export const loginParameters = [
  "smtpd_sasl_auth_enable",
  "smtpd_sasl_type",
  "smtpd_tls_auth_only",
  "smtpd_tls_wrappermode",
  "smtpd_enforce_tls",
  "smtpd_tls_security_level",
] as const;

interface Offer {
  /** The port or the name of the service; "main.cf" where it has AUTH from there. */
  readonly key: string;
  readonly place: string;
}

/** The keys of all services with AUTH through Cyrus SASL, those of this program included. */
export function loginsOffered(actual: LoginsActual): readonly string[] {
  return [...new Set(entriesWithLogins(actual).map((located) => offerOf(located, actual).key))].sort();
}

/**
 * Where others offer AUTH through Cyrus SASL, one place a line.
 *
 * @param known The keys from before the first change: what served logins then is theirs to judge.
 */
export function loginsOfOthers(actual: LoginsActual, known: readonly string[]): readonly string[] {
  const places = entriesWithLogins(actual)
    .filter((located) => !isOurs(located, actual))
    .map((located) => offerOf(located, actual))
    .filter(({ key }) => !known.includes(key));
  return [...new Set(places.map(({ place }) => place))];
}

/**
 * Warnings about services of others that take passwords without TLS from other machines. Postfix
 * offers AUTH before STARTTLS unless it is told otherwise (postconf(5), smtpd_tls_auth_only).
 */
export function loginsInClear(actual: LoginsActual): readonly string[] {
  return entriesWithLogins(actual)
    .filter((located) => !isOurs(located, actual) && !isEncrypted(located, actual) && !isInside(located))
    .map(
      ({ entry, line }) =>
        `${entry.service} ${entry.type} (${masterCfPath}, line ${line}) takes passwords without TLS: set smtpd_tls_auth_only = yes for it, or in main.cf`,
    );
}

function isEncrypted({ entry }: LocatedEntry, { inMain }: LoginsActual): boolean {
  const values: Record<string, string> = { ...inMain, ...entry.options };
  const isYes = (name: string) => values[name] === "yes";
  return (
    isYes("smtpd_tls_auth_only") ||
    isYes("smtpd_tls_wrappermode") ||
    isYes("smtpd_enforce_tls") ||
    values.smtpd_tls_security_level === "encrypt"
  );
}

/** Whether no other machine can connect: a socket in the file system, or the address of the host itself. */
function isInside({ entry }: LocatedEntry): boolean {
  return entry.type !== "inet" || isLoopback(addressOf(entry.service).replace(/^\[(.*)\]$/, "$1"));
}

/** Refuses to take the host's parts away while others rely on them. */
export function refuseWhileOthersLogIn(places: readonly string[]): void {
  if (places.length === 0) return;
  throw new Failure({
    code: "logins-of-others",
    tried: "take Postfix's logins through saslauthd away",
    found: `somebody else has set up logins since, and they are checked through it: ${places.join("; ")}`,
    left: ["nothing was changed: these logins and those of this program work on"],
    next: "take smtpd_sasl_auth_enable = yes out there, or point it to another SASL service (smtpd_sasl_type, SASL_README), and run it again; to keep the host as it is, forget its resources with `pulumi state delete` (docs/how-to/rescue.md)",
  });
}

function entriesWithLogins({ master, inMain }: LoginsActual): readonly LocatedEntry[] {
  if (master === null) return [];
  return parseMaster(master.content).entries.filter(({ entry }) => {
    const values = { ...inMain, ...entry.options };
    const type = values.smtpd_sasl_type ?? "cyrus";
    return entry.command === "smtpd" && values.smtpd_sasl_auth_enable === "yes" && type === "cyrus";
  });
}

function offerOf({ entry, line }: LocatedEntry, { names }: LoginsActual): Offer {
  if (!("smtpd_sasl_auth_enable" in entry.options))
    return { key: "main.cf", place: "main.cf sets smtpd_sasl_auth_enable = yes" };
  const key = entry.type === "inet" ? portOf(entry.service, names) : `${entry.service}/${entry.type}`;
  return { key, place: `${masterCfPath}, line ${line}: ${entry.service} ${entry.type}` };
}

/**
 * Whether the entry belongs to a MasterService of the same stack as this PostfixService, which may
 * have taken it over under another name of the same port.
 */
function isOurs({ entry }: LocatedEntry, { names, memories }: LoginsActual): boolean {
  const port = portOf(entry.service, names);
  const aliases = [port, ...Object.keys(knownPorts)].filter((name) => portOf(name, names) === port);
  const own = memories.get(memoryPath("PostfixService", "postfix"));
  return [entry.service, ...aliases].some((service) => {
    const made = memories.get(memoryPath("MasterService", `${service}/${entry.type}`));
    return made !== undefined && (own === undefined || made.memory.owner === own.memory.owner);
  });
}
