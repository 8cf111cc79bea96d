// An entry of master.cf in the form of the inputs, the inputs as an entry, and when two entries
// mean the same; for `apply` and `remove`.
import { type LocatedEntry, type MasterEntry, parseMaster } from "../../facts/master.ts";
import { rewriteEntry } from "../../facts/master-rows.ts";
import { listItems } from "../../facts/postconf.ts";
import { nameFor } from "./master-entry.ts";
import { foreignOptions } from "./master-foreign.ts";
import { asExclusions } from "./tls-versions.ts";

/** The desired entry. */
export interface DesiredEntry extends Omit<MasterEntry, "processLimit" | "arguments"> {
  readonly processLimit?: string | undefined;
  readonly initialOptions: Readonly<Record<string, string>>;
}

/**
 * The entry in the form of the inputs. A list with other separators is the same list
 * (`asCompared`); another name of the port is the same service.
 */
export function asInputs(
  inputs: DesiredEntry,
  found: LocatedEntry,
  rivals: readonly LocatedEntry[],
  everSet: readonly string[],
): Record<string, unknown> {
  const { entry } = found;
  const { contradicting } = foreignOptions(found, inputs, everSet);
  const options = Object.fromEntries(
    Object.entries(entry.options).map(([name, value]) => {
      const desired = inputs.options[name];
      return [name, isAsDesired(name, value, desired) ? desired : value];
    }),
  );
  const desiredOrder = Object.keys(inputs.options).filter((name) => name in options);
  const others = Object.keys(contradicting);
  return {
    service: nameFor(inputs, found) === entry.service ? `${inputs.service}${also(rivals)}` : entry.service,
    type: entry.type,
    private: entry.private,
    unprivileged: entry.unprivileged,
    chroot: entry.chroot,
    wakeup: entry.wakeup,
    ...(inputs.processLimit === undefined ? {} : { processLimit: entry.processLimit }),
    command: [entry.command, ...entry.arguments].join(" "),
    options: Object.fromEntries([...desiredOrder, ...others].map((name) => [name, options[name]])),
    initialOptions: inputs.initialOptions,
  };
}

function also(rivals: readonly LocatedEntry[]): string {
  return rivals.map(({ line, entry }) => `, and in line ${line} as ${entry.service}`).join("");
}

/** The parts of an existing entry that stay. */
interface Staying {
  readonly processLimit: string;
  readonly kept: Readonly<Record<string, string>>;
}

export function entryOf(inputs: DesiredEntry, service: string, staying?: Staying): MasterEntry {
  const { initialOptions, options, processLimit = staying?.processLimit ?? "-", ...columns } = inputs;
  const others = staying?.kept ?? initialOptions;
  return { ...columns, service, processLimit, options: { ...others, ...options }, arguments: [] };
}

/**
 * The entry from before the first change, with the options that others have added or changed since.
 */
export function entryBack(inputs: DesiredEntry, found: LocatedEntry, text: string): string {
  const [before] = parseMaster(Buffer.from(text, "latin1")).entries;
  if (before === undefined) return text;
  const old = before.entry.options;
  const ours = { ...pickMissing(inputs.initialOptions, old), ...inputs.options };
  const later = Object.entries(found.entry.options).filter(([name, value]) => !(name in ours) && old[name] !== value);
  if (later.length === 0) return text;
  const kept = Object.keys(old).filter((name) => !later.some(([changed]) => changed === name));
  return rewriteEntry(before, { ...before.entry, options: { ...old, ...Object.fromEntries(later) } }, kept);
}

/**
 * Whether the entry that is in the file holds something of others that is in neither the earlier
 * entry (`text`, or `null` if there was none) nor in what `entryBack` adds to it: another column,
 * an option, a comment.
 */
export function holdsOthersWork(inputs: DesiredEntry, found: LocatedEntry, text: string | null): boolean {
  const earlier = text === null ? [] : [text, entryBack(inputs, found, text)];
  const known = [
    ...partsOf(entryOf(inputs, nameFor(inputs, found), { processLimit: "-", kept: inputs.initialOptions })),
    ...earlier.flatMap((one) => [...parseMaster(Buffer.from(one, "latin1")).entries.flatMap(partsIn)]),
  ];
  return partsIn(found).some((part) => !known.includes(part));
}

/** Columns, options and comments of an entry, each as a text that can be compared. */
function partsIn({ entry, text }: LocatedEntry): string[] {
  return [...partsOf(entry), ...text.split("\n").filter((row) => /^\s*#/.test(row))];
}

function partsOf({ options, service: _name, command, arguments: more, ...columns }: MasterEntry): string[] {
  return [
    `command ${[command, ...more].join(" ")}`,
    ...Object.entries(columns).map(([name, value]) => `${name} ${value}`),
    ...Object.entries(options).map(([name, value]) => `-o ${name}=${asCompared(name, value)}`),
  ];
}

function pickMissing(options: Readonly<Record<string, string>>, there: object): Record<string, string> {
  return Object.fromEntries(Object.entries(options).filter(([name]) => !(name in there)));
}

/**
 * Parameters whose value Postfix splits at white space and commas, by the ends of their names
 * (postconf(5)). In any other value, such as smtpd_banner, a comma is a part of the text.
 */
const listNames =
  /_(restrictions|options|networks|hosts|keywords|commands|protocols|files|maps|exclude_ciphers|milters|macros|domains|interfaces|clients|exceptions|exclusions|classes|mechanism_filter|peer_list)$|^my(networks|destination)$/;

/**
 * The value in a form that is the same for two values of one meaning. Braces may hold a table in
 * the value itself, where separators are a part of the pattern (regexp_table(5)).
 */
export function asCompared(name: string, value: string): string {
  return listNames.test(name) && !value.includes("{") ? asList(asExclusions(name, value)) : value.trim();
}

export function isAsDesired(name: string, value: string | undefined, desired: string | undefined): boolean {
  return value !== undefined && desired !== undefined && asCompared(name, value) === asCompared(name, desired);
}

function asList(value: string): string {
  return listItems(value).join(",");
}
