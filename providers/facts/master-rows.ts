// The rows of one entry of master.cf: where an option stands, and the rewritten entry with the rows
// of other options unchanged.
import { isDeepStrictEqual } from "node:util";
import { type LocatedEntry, type MasterEntry, masterWords, optionsIn, parseMaster } from "./master.ts";
import { formatEntry, formatOption } from "./master-edit.ts";

type Options = Readonly<Record<string, string>>;

/**
 * The line of the file that sets an option. Of two such lines it is the last, which is in force.
 */
export function lineOfOption({ text, line }: LocatedEntry, name: string): number {
  const at = rowsOf(text).findLastIndex((row, index) => name in (readRow(row, index)?.options ?? {}));
  return line + Math.max(at, 0);
}

/**
 * The entry with these columns and options in place of `current`. Options named in `kept` stay in
 * their rows, and so do comments and empty rows between them; all others follow. An entry with a
 * row that cannot be parsed alone is rewritten completely.
 */
export function rewriteEntry(current: LocatedEntry, desired: MasterEntry, kept: readonly string[]): string {
  const staying = pick(desired.options, (name) => kept.includes(name));
  const [head = "", ...rows] = rowsOf(current.text);
  const onHead = readRow(head, 0)?.options ?? {};
  const text = [
    formatEntry({ ...desired, options: pick(staying, (name) => name in onHead) }),
    ...rows.map((row) => stayingOf(row, staying)).map((row) => (/[^\n]$/.test(row) ? `${row}\n` : row)),
    ...rowsFor(pick(desired.options, (name) => !(name in staying))),
  ].join("");
  return meansTheSame(text, desired) ? text : formatEntry(desired);
}

function meansTheSame(text: string, desired: MasterEntry): boolean {
  const { entries, broken } = parseMaster(Buffer.from(text, "latin1"));
  const [found, ...more] = entries;
  // A comment at the end would not be part of the entry, and would remain when the entry is rolled
  // back.
  if (found?.text !== text || more.length > 0 || broken.length > 0) return false;
  return isDeepStrictEqual(inOneCommand(found.entry), inOneCommand(desired));
}

function inOneCommand(entry: MasterEntry): MasterEntry {
  return { ...entry, command: [entry.command, ...entry.arguments].join(" "), arguments: [] };
}

/** What remains of a row after the first. */
function stayingOf(row: string, staying: Options): string {
  if (/^\s*(#|$)/.test(row)) return row;
  const found = readRow(row, 1);
  const names = Object.keys(found?.options ?? {});
  const unchanged = names.filter((name) => found?.options[name] === staying[name]);
  if (unchanged.length === names.length && found?.arguments.length === 0) return row;
  return rowsFor(pick(staying, (name) => unchanged.includes(name))).join("");
}

function rowsFor(options: Options): string[] {
  return Object.entries(options).map(([name, value]) => `${formatOption(name, value)}\n`);
}

/** The options of a row; `undefined` = the row is part of something that spans several rows. */
function readRow(row: string, index: number): Pick<MasterEntry, "options" | "arguments"> | undefined {
  if (/^\s*#/.test(row)) return undefined;
  const words = masterWords(row);
  return typeof words === "string" ? undefined : optionsIn(index === 0 ? words.slice(8) : words);
}

function rowsOf(text: string): string[] {
  return text.split(/(?<=\n)/);
}

function pick(options: Options, belongs: (name: string) => boolean): Options {
  return Object.fromEntries(Object.entries(options).filter(([name]) => belongs(name)));
}
