// Services of Postfix that others have set up since and that check their logins through saslauthd:
// without this program's parts on the host every login there fails.

import { Failure } from "../../core/failure.ts";
import { disablingParameter, isDisabled } from "../../facts/disabled-service.ts";
import type { FileContent } from "../../facts/file.ts";
import { isLoopback } from "../../facts/loopback.ts";
import { type LocatedEntry, parseMaster } from "../../facts/master.ts";
import { addressOf, knownPorts, portOf, type ServicePorts } from "../../facts/master-ports.ts";
import { isYes } from "../../facts/postconf.ts";
import { masterCfPath } from "../../facts/postfix.ts";
import { resourceRecordPath, type StoredRecord } from "../../facts/resource-record.ts";
import { isTakenForEncrypt } from "./security-level.ts";

export interface LoginsActual {
  readonly master: FileContent | null;
  readonly names: ServicePorts;
  /** What main.cf sets, `loginParameters` included. */
  readonly inMain: Readonly<Record<string, string>>;
  readonly resourceRecords: ReadonlyMap<string, StoredRecord | Failure>;
}

/** The parameters by which smtpd offers AUTH, through which SASL type, and whether in clear (postconf(5)). */
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

/**
 * What offers AUTH through Cyrus SASL and will do so after this program is gone: the services of
 * others, and the entries that a MasterService of this stack took over, since its removal puts them
 * back. Each is given by its `Offer.key`, sorted. Recorded when PostfixService is first applied, so
 * that a destroy later tells logins that were there from logins that came since.
 */
export function loginsOffered(actual: LoginsActual): readonly string[] {
  const offers = entriesWithLogins(actual)
    .filter((located) => madeBy(located, actual).every(({ record }) => tookOver(record.before)))
    .map((located) => offerOf(located, actual).key);
  return [...new Set(offers)].sort();
}

/** Whether a MasterService found an entry of its port, by its record of the time before. */
function tookOver(before: unknown): boolean {
  const { text = null, rivals = [] } = before as { text?: string | null; rivals?: readonly string[] };
  return text !== null || rivals.length > 0;
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
    .filter(
      (located) => !isOurs(located, withoutDamaged(actual)) && !isEncrypted(located, actual) && !isInside(located),
    )
    .map(
      ({ entry, line }) =>
        `${entry.service} ${entry.type} (${masterCfPath}, line ${line}) takes passwords without TLS: set smtpd_tls_auth_only = yes for it, or in main.cf`,
    );
}

/** For a warning a record that cannot be read may be taken for absent. */
function withoutDamaged(actual: LoginsActual): LoginsActual {
  const sound = [...actual.resourceRecords].filter(([, record]) => !(record instanceof Failure));
  return { ...actual, resourceRecords: new Map(sound) };
}

function isEncrypted(located: LocatedEntry, actual: LoginsActual): boolean {
  const values = valuesOf(located, actual);
  const level = values.smtpd_tls_security_level ?? "";
  // A level that is set overrides smtpd_enforce_tls (postconf(5)).
  const demandsTls = level === "" ? isYes(values.smtpd_enforce_tls) : isTakenForEncrypt(level);
  return isYes(values.smtpd_tls_auth_only) || isYes(values.smtpd_tls_wrappermode) || demandsTls;
}

/**
 * Whether no other machine can connect: a socket in the file system, or the address of the host
 * itself. What postscreen passes on comes from anywhere.
 */
function isInside({ entry }: LocatedEntry): boolean {
  return !["inet", "pass"].includes(entry.type) || isLoopback(addressOf(entry.service).replace(/^\[(.*)\]$/, "$1"));
}

/** Refuses to take the host's parts away while others rely on them. */
export function refuseWhileOthersLogIn(places: readonly string[]): void {
  if (places.length === 0) return;
  throw new Failure({
    code: "logins-of-others",
    tried: "take Postfix's logins through saslauthd away",
    found: `somebody else has set up logins since, and they are checked through it: ${places.join("; ")}`,
    left: ["this resource and all that it depends on, as they are"],
    next: "ask who set them up. When they are no longer needed, take smtpd_sasl_auth_enable = yes out there, or let them use another SASL service (smtpd_sasl_type, SASL_README), then run the same command again. When they are to stay, so must this: keep the host in the stack, and let `pulumi up` put back what the destroy has taken already; `pulumi state delete` only where nobody is to manage it with Pulumi any more: Pulumi then forgets it, and everything stays on it (docs/how-to/rescue.md, The host is gone for good)",
  });
}

function entriesWithLogins(actual: LoginsActual): readonly LocatedEntry[] {
  const { master, inMain } = actual;
  if (master === null) return [];
  const { entries } = parseMaster(master.content);
  // of several entries of one name Postfix uses the last
  const inForce = new Map(entries.map((located) => [`${located.entry.service}/${located.entry.type}`, located]));
  return [...inForce.values()].filter((located) => {
    const { entry } = located;
    const values = valuesOf(located, actual);
    const isCyrus = (values.smtpd_sasl_type ?? "cyrus") === "cyrus";
    const isOn = !isDisabled(inMain[disablingParameter] ?? "", entry);
    return entry.command === "smtpd" && isYes(values.smtpd_sasl_auth_enable) && isCyrus && isOn;
  });
}

/** What the service has: its own options, else what main.cf sets. */
function valuesOf({ entry }: LocatedEntry, { inMain }: LoginsActual): Readonly<Record<string, string | undefined>> {
  return { ...inMain, ...entry.options };
}

function offerOf({ entry, line }: LocatedEntry, { names }: LoginsActual): Offer {
  if (!("smtpd_sasl_auth_enable" in entry.options))
    return { key: "main.cf", place: "main.cf sets smtpd_sasl_auth_enable = yes" };
  const key = entry.type === "inet" ? portOf(entry.service, names) : `${entry.service}/${entry.type}`;
  return { key, place: `${masterCfPath}, line ${line}: ${entry.service} ${entry.type}` };
}

/** Whether the entry belongs to a MasterService of the same stack as this PostfixService. */
function isOurs(located: LocatedEntry, actual: LoginsActual): boolean {
  return madeBy(located, actual).length > 0;
}

/**
 * The records of MasterServices of this stack for the entry, which may have been taken over under
 * another name of the same port.
 */
function madeBy({ entry }: LocatedEntry, { names, resourceRecords }: LoginsActual): readonly StoredRecord[] {
  const port = portOf(entry.service, names);
  const aliases = [port, ...Object.keys({ ...knownPorts, ...names })].filter((name) => portOf(name, names) === port);
  const address = addressOf(entry.service);
  const withAddress = address === "" ? [] : aliases.map((name) => `${address}:${name}`);
  const own = recordIn(resourceRecords, resourceRecordPath("PostfixService", "postfix"));
  return [...new Set([entry.service, ...aliases, ...withAddress])].flatMap((service) => {
    const made = recordIn(resourceRecords, resourceRecordPath("MasterService", `${service}/${entry.type}`));
    return made !== undefined && (own === undefined || made.record.owner === own.record.owner) ? [made] : [];
  });
}

/** A record that cannot be read is not absent: whose entry it is would be guessed. */
function recordIn(resourceRecords: LoginsActual["resourceRecords"], path: string): StoredRecord | undefined {
  const record = resourceRecords.get(path);
  if (record instanceof Failure) throw record;
  return record;
}
