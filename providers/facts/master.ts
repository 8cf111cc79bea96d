// master.cf, parsed as Postfix parses it (master(5)). Text is handled as latin1, so bytes that are
// not UTF-8 survive.

/** The columns of an entry, as in the file ("-" = Postfix's default). */
export interface MasterEntry {
  readonly service: string;
  readonly type: string;
  readonly private: string;
  readonly unprivileged: string;
  readonly chroot: string;
  readonly wakeup: string;
  readonly processLimit: string;
  readonly command: string;
  /** `-o name=value`, in the file's order. */
  readonly options: Readonly<Record<string, string>>;
  /** Arguments of the daemon other than `-o name=value`. */
  readonly arguments: readonly string[];
}

/** An entry with its place in the file. */
export interface LocatedEntry {
  readonly entry: MasterEntry;
  /** The lines of the entry unchanged, including comments between them. */
  readonly text: string;
  /** Offset of the first byte. */
  readonly start: number;
  /** Number of the first line, counted from 1. */
  readonly line: number;
}

/** The numbers of the lines of an entry, "5" or "5–8": its `-o` lines belong to it. */
export function lineRange({ line, text }: LocatedEntry): string {
  const last = line + (text.match(/\n(?!$)/g) ?? []).length;
  return last === line ? String(line) : `${line}–${last}`;
}

/** "line 5" or "lines 5–8". */
export function describeLines(located: LocatedEntry): string {
  const range = lineRange(located);
  return `${range.includes("–") ? "lines" : "line"} ${range}`;
}

/** A line that Postfix would not accept. */
export interface BrokenEntry {
  readonly line: number;
  readonly text: string;
  readonly problem: string;
}

/**
 * White space as in C (isspace(3)). JavaScript's definition includes the byte A0, the last byte of
 * many UTF-8 letters.
 */
const blank = /[ \t\r\n\f\v]/;

/**
 * What Postfix accepts as wakeup time (seconds; with ? only if the service is in use) and as
 * process limit.
 */
export const wakeupColumn = /^(\d+|-)\??$/;
export const limitColumn = /^(\d+|-)$/;

/**
 * The eight columns, and what Postfix accepts in each (pcf_check_master_entry in
 * postconf_master.c).
 */
const columns: readonly (readonly [string, RegExp])[] = [
  ["service", /./],
  ["type", /^(inet|unix|unix-dgram|fifo|pass)$/],
  ["private", /^[yn-]$/],
  ["unprivileged", /^[yn-]$/],
  ["chroot", /^[yn-]$/],
  ["wakeup", wakeupColumn],
  ["process limit", limitColumn],
  ["command", /./],
];

/** All entries and all broken ones, in file order. */
export function parseMaster(content: Buffer): { entries: LocatedEntry[]; broken: BrokenEntry[] } {
  const entries: LocatedEntry[] = [];
  const broken: BrokenEntry[] = [];
  for (const block of blocksOf(content.toString("latin1"))) {
    const { text, start, line } = block;
    const words = block.orphan
      ? "a line that begins with white space, and no entry above it"
      : masterWords(block.logical);
    const problem = typeof words === "string" ? words : problemIn(words);
    if (typeof words === "string" || problem !== undefined) broken.push({ line, text, problem: problem ?? "" });
    else entries.push({ entry: entryOf(words), text, start, line });
  }
  return { entries, broken };
}

function problemIn(words: readonly string[]): string | undefined {
  if (words.length < columns.length) return `${words.length} columns where an entry has 8 or more`;
  const at = columns.findIndex(([, pattern], index) => !pattern.test(words[index] ?? ""));
  return at < 0 ? undefined : `"${words[at]}" in the column ${columns[at]?.[0]}`;
}

interface Block {
  text: string;
  logical: string;
  start: number;
  line: number;
  /** Whether the line begins with white space but has no preceding line to continue. */
  orphan: boolean;
}

/**
 * Logical lines: a line that begins with white space continues the preceding one; comments and
 * empty lines between them do not end it.
 */
function blocksOf(file: string): Block[] {
  const blocks: Block[] = [];
  let offset = 0;
  let pending = "";
  for (const [index, line] of (file.match(/[^\n]*\n|[^\n]+$/g) ?? []).entries()) {
    const last = blocks.at(-1);
    const indented = blank.test(line.charAt(0));
    const text = trimmed(line);
    if (text === "" || text.startsWith("#")) {
      pending += line;
    } else if (indented && last !== undefined) {
      last.text += pending + line;
      last.logical += ` ${text}`;
      pending = "";
    } else {
      blocks.push({ text: line, logical: text, start: offset, line: index + 1, orphan: indented });
      pending = "";
    }
    offset += line.length;
  }
  return blocks;
}

/**
 * Words of a logical line; white space inside braces does not separate words (mystrtokq in
 * mystrtok.c; Postfix 3.0 and later). A string result is the complaint.
 */
export function masterWords(logical: string): string[] | string {
  const words: string[] = [];
  let word = "";
  let depth = 0;
  for (const letter of `${logical} `) {
    if (letter === "{") depth += 1;
    if (letter === "}" && depth > 0) depth -= 1;
    if (depth > 0 || !blank.test(letter)) word += letter;
    else if (word !== "") {
      words.push(word);
      word = "";
    }
  }
  return depth > 0 ? "an opening brace without its closing one" : words;
}

function trimmed(text: string): string {
  let end = text.length;
  while (end > 0 && blank.test(text.charAt(end - 1))) end -= 1;
  return text.slice(0, end).replace(/^[ \t\r\n\f\v]+/, "");
}

function entryOf(words: readonly string[]): MasterEntry {
  const [
    service = "",
    type = "",
    isPrivate = "",
    unprivileged = "",
    chroot = "",
    wakeup = "",
    limit = "",
    command = "",
  ] = words;
  return {
    service,
    type,
    private: isPrivate,
    unprivileged,
    chroot,
    wakeup,
    processLimit: limit,
    command,
    ...optionsIn(words.slice(8)),
  };
}

/**
 * The words after the command: `-o name=value` in each of its spellings, and all other arguments.
 */
export function optionsIn(rest: readonly string[]): Pick<MasterEntry, "options" | "arguments"> {
  const options: Record<string, string> = {};
  const others: string[] = [];
  for (let index = 0; index < rest.length; index += 1) {
    const word = rest[index] ?? "";
    const setting = word === "-o" ? rest[index + 1] : word.startsWith("-o") ? word.slice(2) : undefined;
    const parsed =
      setting === undefined
        ? null
        : /^([^ \t=]+)[ \t]*=[ \t]*(.*)$/s.exec(trimmed(setting.replace(/^\{(.*)\}$/s, "$1")));
    if (parsed === null) {
      others.push(word);
      continue;
    }
    options[parsed[1] ?? ""] = parsed[2] ?? "";
    if (word === "-o") index += 1;
  }
  return { options, arguments: others };
}
