// Finds the entry of master.cf for the desired service, by its name or by another name of its port.
// Afterwards each port has one entry: others that mean the same port to Postfix are commented out
// and can be restored byte for byte.

import { Failure } from "../../core/failure.ts";
import { type LocatedEntry, lineRange, parseMaster } from "../../facts/master.ts";
import { withEntry } from "../../facts/master-edit.ts";
import { addressOf, portOf, type ServicePorts } from "../../facts/master-ports.ts";
import { masterCfPath } from "../../facts/postfix.ts";
import { packageAdvice } from "../packages/package-advice.ts";

interface Service {
  readonly service: string;
  readonly type: string;
}

/** The entries of master.cf for a service. */
export interface EntriesFor {
  /** The entry in force. */
  readonly found: LocatedEntry | undefined;
  /**
   * Entries of the same port under other names, which Postfix would treat as the same service or
   * could not open.
   */
  readonly rivals: readonly LocatedEntry[];
}

/** All entries. Refuses a file that must not be touched. */
export function readableEntries(content: Buffer): readonly LocatedEntry[] {
  const { entries, broken } = parseMaster(content);
  const first = broken[0];
  if (first === undefined) return entries;
  throw new Failure({
    code: "master-cf-broken",
    tried: `read ${masterCfPath}`,
    found: `line ${first.line} is broken (${first.problem}): ${first.text.trimEnd()}`,
    left: ["nothing was changed"],
    next: `put line ${first.line} of ${masterCfPath} right by hand (\`postconf -M\` complains until every line can be read), then run it again: nothing in the file is touched while Postfix itself cannot read it`,
  });
}

/** The failure of a host that has no master.cf. */
export function masterCfMissing(): Failure {
  return new Failure({
    code: "master-cf-missing",
    tried: `read ${masterCfPath}`,
    found: "the file does not exist",
    left: ["nothing was changed"],
    next: `is Postfix installed (dpkg -l postfix)? Then somebody has deleted the file: restore it from a backup, or from Debian's own: cp /usr/share/postfix/master.cf.dist ${masterCfPath}. If not: ${packageAdvice("postfix")}`,
  });
}

/** The last entry of this service is the one in force. Refuses a file that must not be touched. */
export function entriesFor(desired: Service, content: Buffer, ports: ServicePorts): EntriesFor {
  const entries = readableEntries(content);
  const named = entries.findLast(({ entry }) => entry.service === desired.service && entry.type === desired.type);
  const port = portOf(desired.service, ports);
  const onThePort = entries.filter(
    ({ entry }) => entry.type === "inet" && desired.type === "inet" && portOf(entry.service, ports) === port,
  );
  const address = addressOf(desired.service);
  const alike = onThePort.filter(({ entry }) => sameAddress(addressOf(entry.service), address));
  // If there is no other entry, one that serves a single address counts as the service too.
  const lonely = address === "" && new Set(onThePort.map(({ entry }) => entry.service)).size === 1;
  const found = named ?? alike.at(-1) ?? (lonely ? onThePort.at(-1) : undefined);
  const stays = nameFor(desired, found) === found?.entry.service;
  const rivals = onThePort.filter((other) => !(other === found || (stays && sameName(other, found))));
  const apart = rivals.find((other) => !alike.includes(other) && !sameName(other, found));
  if (apart !== undefined) throw twoForOnePort(port, desired, found === undefined ? onThePort : [found, apart]);
  return { found, rivals };
}

/** Whether both entries have the same name, in which case Postfix uses the last one. */
function sameName(one: LocatedEntry, other: LocatedEntry | undefined): boolean {
  return one.entry.service === other?.entry.service;
}

/** The desired name of the entry: a name of the port without an address is kept. */
export function nameFor(desired: Service, found: LocatedEntry | undefined): string {
  const called = found?.entry.service;
  return called === undefined || addressOf(called) !== addressOf(desired.service) ? desired.service : called;
}

/** Prefix of each line of an entry that is commented out. */
const mark = "#sasl-mail-host: ";

function commentedOut(text: string): string {
  return text.replace(/[^\n]*\n|[^\n]+$/g, (line) => mark + line);
}

/** The file with a new text for the entry in force, and with its rivals commented out. */
export function withEntryAlone(content: Buffer, { found, rivals }: EntriesFor, text: string): Buffer {
  const later = (one: LocatedEntry, other: LocatedEntry) => other.start - one.start;
  if (found === undefined) return withEntry(content, undefined, text);
  return [found, ...rivals]
    .toSorted(later)
    .reduce((file, entry) => withEntry(file, entry, entry === found ? text : commentedOut(entry.text)), content);
}

/** The texts of the entries that were in force in `before` and are commented out in `after`. */
export function commentedOutSince(before: Buffer | undefined, after: Buffer | undefined): string[] {
  if (before === undefined || after === undefined) return [];
  const [old, now] = [before, after].map((file) => `\n${file.toString("latin1")}`) as [string, string];
  return parseMaster(before)
    .entries.map(({ text }) => text)
    .filter((text) => count(now, `\n${commentedOut(text)}`) > count(old, `\n${commentedOut(text)}`));
}

function count(text: string, part: string): number {
  return text.split(part).length - 1;
}

/** The file with such rivals in force again, if their commented lines are unchanged. */
export function withRivals(content: Buffer, texts: readonly string[]): Buffer {
  return Buffer.from(
    texts.reduce((file, text) => {
      const put = commentedOut(text);
      const at = `\n${file}`.indexOf(`\n${put}`);
      const whole = put.endsWith("\n") || at + put.length === file.length;
      return at < 0 || !whole ? file : file.slice(0, at) + text + file.slice(at + put.length);
    }, content.toString("latin1")),
    "latin1",
  );
}

/**
 * All addresses of a family count as no specific address: Postfix's own setting (inet_interfaces)
 * covers them too.
 */
function sameAddress(one: string, other: string): boolean {
  const wide = ["", "0.0.0.0", "[::]"];
  return one === other || (wide.includes(one) && wide.includes(other));
}

function twoForOnePort(port: string, desired: Service, entries: readonly LocatedEntry[]): Failure {
  const names = entries.map(({ entry }) => entry.service);
  const last = entries.at(-1);
  return new Failure({
    code: "port-configured-twice",
    tried: `configure ${desired.service}/${desired.type} in ${masterCfPath}`,
    found: `lines ${entries.map(lineRange).join(" and ")} ${entries.length === 2 ? "both" : "all"} serve port ${port}, as ${names.join(" and as ")}: some on an address of their own, and ${desired.service} is for all addresses, so that Postfix could not open the port for each`,
    left: ["nothing was changed"],
    next: `keep one entry for port ${port}, the one that your clients use, and make the other a comment: ${commentOut}, or \`postconf -M# '${last?.entry.service}/${last?.entry.type}'\` for the last one named; \`postconf -M\` must then show one entry for the port; then run \`pulumi up\` again, which takes that entry over`,
  });
}

/**
 * A line that begins with white space continues the entry above it (master(5)): the `-o` lines of
 * an entry of which only the first line is a comment would set options of the one before.
 */
export const commentOut = "a # before every line of it, the -o lines too (they would join the entry above it)";
