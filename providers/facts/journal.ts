// The journal of a transaction that is not proved yet, as it is on the host (transaction/journal.ts
// writes it): which daemons ran when it was opened, and for each change the state before it and
// whether somebody else changed the same thing since. No file content leaves the host.
import { asAscii } from "../core/printable.ts";
import { sh } from "../core/shell.ts";
import { type Answer, type Fact, textOf, unreadable } from "./fact.ts";
import { statusOf } from "./file.ts";

export const libraryFolder = "/var/lib/sasl-mail-host";
export const journalFolder = `${libraryFolder}/journal`;

/**
 * The first line of every file of the journal. Another number belongs to another version of this
 * program.
 */
export const journalFormat = "sasl-mail-host journal 2";

/** The last line of every file of the journal: without it the file is incomplete. */
export const endMark = "end";

const folder = statusOf(journalFolder);

/** Whether changes await their proof: those of this transaction, or of one that was killed. */
export const journalOpen: Fact<boolean> = { ...folder, parse: (answer) => folder.parse(answer) !== null };

/**
 * SHA-256 of a file's content; "absent" where no file exists, "other" for anything but a regular
 * file.
 */
export type FileState = string;

/**
 * One change of a file: `before` and `after` were recorded before the change, `current` is the
 * present state.
 */
export interface FileEntry {
  readonly kind: "file";
  readonly name: string;
  readonly path: string;
  readonly before: FileState;
  readonly after: FileState;
  readonly current: FileState;
  /** Whether lines of the file may leave the host, because it holds no secret. */
  readonly isPublic: boolean;
}

/** One change made by a command; the script that undoes it is stored on the host. */
export interface CommandEntry {
  readonly kind: "command";
  readonly name: string;
  /** The reason of the change, for the operator. */
  readonly description: string;
}

/** An entry that is incomplete or inconsistent. It is never replayed. */
export interface DamagedEntry {
  readonly kind: "damaged";
  readonly name: string;
  readonly problem: string;
}

export type JournalEntry = FileEntry | CommandEntry | DamagedEntry;

/** State of a daemon when the journal was opened. */
export type DaemonState = "running" | "stopped";

export interface Journal {
  /**
   * Which daemons ran, and whether Postfix served port 25; a text gives the reason why that is
   * unknown.
   */
  readonly daemons:
    | { readonly saslauthd: DaemonState; readonly postfix: DaemonState; readonly port25: "served" | "silent" }
    | string;
  /** Without `opened`, whole or damaged, and without an entry nothing was begun. */
  readonly hasOpened: boolean;
  /** In order, oldest first. */
  readonly entries: readonly JournalEntry[];
}

const name = `the journal in ${journalFolder}`;

/** Shell function that prints the FileState of a path. */
export const fileState = sh`state_of() {
  if [ -f "$1" ]; then sha256sum < "$1" | cut -d ' ' -f 1
  elif [ -e "$1" ] || [ -h "$1" ]; then echo other
  else echo absent; fi
}`;

/** `null` where no journal is open. */
export const journal: Fact<Journal | null> = {
  name,
  question: sh`${fileState}
if [ ! -e ${journalFolder} ]; then echo none; exit 0; fi
cd ${journalFolder} || exit 1
printf 'opened '; if [ -e opened ]; then base64 -w 0 < opened; else printf -; fi; echo
for entry in [0-9]*; do
  case $entry in *[!0-9]*) continue ;; esac
  printf 'entry %s\n' "$entry"
  if [ ! -f "$entry/sums" ]; then echo 'problem sums is missing'; continue; fi
  if [ "$(sed -n '$p' "$entry/sums")" != ${endMark} ]; then echo 'problem sums is not whole'; continue; fi
  if ! wrong=$(cd -- "$entry" && sed '$d' sums | sha256sum -c --quiet 2>&1); then
    printf 'problem %s\n' "$(printf %s "$wrong" | tr '\n' ' ')"; continue
  fi
  sed 's/^/head /' "$entry/head"
  if [ -e "$entry/path" ]; then printf 'current %s\n' "$(state_of "$(cat "$entry/path")")"; printf 'path %s\n' "$(cat "$entry/path")"; fi
done`,
  parse: (answer) => {
    const rows = textOf(name, answer).split("\n");
    if (rows[0] === "none") return null;
    const opened = /^opened (\S*)$/.exec(rows[0] ?? "")?.[1];
    if (opened === undefined) throw unreadable(name, answer);
    const hasOpened = opened !== "-";
    const daemons = hasOpened
      ? daemonsIn(Buffer.from(opened, "base64").toString("utf8"))
      : `${journalFolder}/opened is missing`;
    return { daemons, hasOpened, entries: entriesIn(rows, answer) };
  },
};

/** The file `opened`: format, one line per daemon, end mark. */
function daemonsIn(text: string): Journal["daemons"] {
  const file = `${journalFolder}/opened`;
  if (text === "") return `${file} is empty or cannot be read`;
  const [format, ...rows] = text.replace(/\n$/, "").split("\n");
  if (format !== journalFormat) return `${file} begins with "${shown(format)}" and not with "${journalFormat}"`;
  if (rows.pop() !== endMark) return `${file} is cut off: its last line is not "${endMark}"`;
  const states = Object.fromEntries(rows.map((row) => row.split(" ")));
  const { saslauthd, postfix, port25 } = states;
  if (!isState(saslauthd) || !isState(postfix) || (port25 !== "served" && port25 !== "silent"))
    return `${file} does not say which daemons ran`;
  return { saslauthd, postfix, port25 };
}

function isState(word: string | undefined): word is DaemonState {
  return word === "running" || word === "stopped";
}

function entriesIn(rows: readonly string[], answer: Answer): JournalEntry[] {
  const blocks: string[][] = [];
  for (const row of rows.slice(1)) {
    if (row.startsWith("entry ")) blocks.push([row]);
    else if (row !== "") blocks.at(-1)?.push(row);
  }
  const entries = blocks.map(([first = "", ...more]) => entryIn(first.slice("entry ".length), more));
  if (entries.some((entry) => !/^\d+$/.test(entry.name))) throw unreadable(name, answer);
  return entries.sort((one, other) => Number(one.name) - Number(other.name));
}

function entryIn(entry: string, rows: readonly string[]): JournalEntry {
  const reported = (word: string) => rows.find((row) => row.startsWith(`${word} `))?.slice(word.length + 1);
  const damaged = (problem: string): DamagedEntry => ({
    kind: "damaged",
    name: entry,
    problem: `${journalFolder}/${entry}: ${shown(problem)}`,
  });
  const problem = reported("problem");
  if (problem !== undefined) return damaged(problem);
  const head = rows.filter((row) => row.startsWith("head ")).map((row) => row.slice("head ".length));
  if (head[0] !== journalFormat || head.at(-1) !== endMark) return damaged("head is of another version or not whole");
  const value = (key: string) => head.find((row) => row.startsWith(`${key} `))?.slice(key.length + 1);
  if (value("kind") === "command") return { kind: "command", name: entry, description: value("story") ?? "" };
  const [before, after, current, path] = [value("before"), value("after"), reported("current"), reported("path")];
  if ([before, after, current].every(isFileState) && path !== undefined) {
    return {
      kind: "file",
      name: entry,
      path,
      before: before as string,
      after: after as string,
      current: current as string,
      isPublic: value("open") === "yes",
    };
  }
  return damaged("head does not say what was changed");
}

function isFileState(word: string | undefined): boolean {
  return word !== undefined && /^([0-9a-f]{64}|absent|other)$/.test(word);
}

function shown(text = ""): string {
  return asAscii(text).slice(0, 200);
}
