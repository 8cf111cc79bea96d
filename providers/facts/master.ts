// master.cf, read and changed one entry at a time (master(5)). Every byte outside the entry stays as it is, which
// `postconf -M` does not promise: it moves comments, replaces a symbolic link and resets owner and mode.
// Text is handled as latin1, so bytes that are no UTF-8 survive.

/** The columns of an entry, as they stand in the file ("-" = Postfix's default). */
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
  /** Arguments of the daemon that are no `-o name=value`. */
  readonly arguments: readonly string[];
}

/** An entry with its place in the file. */
export interface LocatedEntry {
  readonly entry: MasterEntry;
  /** The lines of the entry, comments in between included, as they are. */
  readonly text: string;
  /** Offset of the first byte. */
  readonly start: number;
  /** Number of the first line, counted from 1. */
  readonly line: number;
}

/** A line that Postfix itself would not accept. */
export interface BrokenEntry {
  readonly line: number;
  readonly text: string;
  readonly problem: string;
}

/** All entries and all broken ones, in file order. */
export function parseMaster(content: Buffer): { entries: LocatedEntry[]; broken: BrokenEntry[] } {
  const entries: LocatedEntry[] = [];
  const broken: BrokenEntry[] = [];
  for (const block of blocksOf(content.toString("latin1"))) {
    const words = wordsOf(block.logical);
    if (typeof words === "string" || words.length < 8) {
      const problem = typeof words === "string" ? words : `${words.length} columns where an entry has 8 or more`;
      broken.push({ line: block.line, text: block.text, problem });
      continue;
    }
    entries.push({ entry: entryOf(words), text: block.text, start: block.start, line: block.line });
  }
  return { entries, broken };
}

/** The file with `text` in the place of `current`, or at its end where there is no such entry; `null` takes the entry out. */
export function withEntry(content: Buffer, current: LocatedEntry | undefined, text: string | null): Buffer {
  const file = content.toString("latin1");
  if (current !== undefined) {
    return Buffer.from(
      file.slice(0, current.start) + (text ?? "") + file.slice(current.start + current.text.length),
      "latin1",
    );
  }
  if (text === null) return content;
  const separator = file === "" || file.endsWith("\n") ? "" : file.includes("\r\n") ? "\r\n" : "\n";
  return Buffer.from(file + separator + text, "latin1");
}

/** An entry as text, one `-o` a line. A value with white space is written as `-o { name = value }` (Postfix 3.0 and later, master(5)). */
export function formatEntry(entry: MasterEntry): string {
  const columns = [
    entry.service.padEnd(9),
    entry.type.padEnd(5),
    entry.private.padEnd(7),
    entry.unprivileged.padEnd(7),
    entry.chroot.padEnd(7),
    entry.wakeup.padEnd(7),
    entry.processLimit.padEnd(7),
    [entry.command, ...entry.arguments].join(" "),
  ];
  const options = Object.entries(entry.options).map(([name, value]) =>
    /\s/.test(value) ? `  -o { ${name} = ${value} }` : `  -o ${name}=${value}`,
  );
  return `${[columns.join(" "), ...options].join("\n")}\n`;
}

interface Block {
  text: string;
  logical: string;
  start: number;
  line: number;
}

/** Logical lines: a line that begins with white space continues the one before; comments and empty lines in between do not end it. */
function blocksOf(file: string): Block[] {
  const blocks: Block[] = [];
  let offset = 0;
  let pending = "";
  for (const [index, line] of (file.match(/[^\n]*\n|[^\n]+$/g) ?? []).entries()) {
    const last = blocks.at(-1);
    if (/^\s*(#|$)/.test(line)) {
      pending += line;
    } else if (/^\s/.test(line) && last !== undefined) {
      last.text += pending + line;
      last.logical += ` ${line.trim()}`;
      pending = "";
    } else {
      blocks.push({ text: line, logical: line.trim(), start: offset, line: index + 1 });
      pending = "";
    }
    offset += line.length;
  }
  return blocks;
}

/** Words of a logical line; `{ … }` is one word (Postfix 3.0 and later). A string is the complaint. */
function wordsOf(logical: string): string[] | string {
  const words: string[] = [];
  let rest = logical.trim();
  while (rest !== "") {
    if (rest.startsWith("{")) {
      const end = closingBrace(rest);
      if (end < 0) return "an opening brace without its closing one";
      words.push(rest.slice(0, end + 1));
      rest = rest.slice(end + 1).trimStart();
    } else {
      const word = /^\S+/.exec(rest)?.[0] ?? "";
      words.push(word);
      rest = rest.slice(word.length).trimStart();
    }
  }
  return words;
}

function closingBrace(text: string): number {
  let depth = 0;
  for (let index = 0; index < text.length; index += 1) {
    if (text[index] === "{") depth += 1;
    if (text[index] === "}") depth -= 1;
    if (depth === 0) return index;
  }
  return -1;
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
  const options: Record<string, string> = {};
  const others: string[] = [];
  const rest = words.slice(8);
  for (let index = 0; index < rest.length; index += 1) {
    const word = rest[index] ?? "";
    const setting = word === "-o" ? rest[index + 1] : word.startsWith("-o") ? word.slice(2) : undefined;
    const parsed =
      setting === undefined ? null : /^([^\s=]+)\s*=\s*(.*)$/s.exec(setting.replace(/^\{\s*(.*?)\s*\}$/s, "$1"));
    if (parsed === null) {
      others.push(word);
      continue;
    }
    options[parsed[1] ?? ""] = parsed[2] ?? "";
    if (word === "-o") index += 1;
  }
  return {
    service,
    type,
    private: isPrivate,
    unprivileged,
    chroot,
    wakeup,
    processLimit: limit,
    command,
    options,
    arguments: others,
  };
}
