// Decides what a rollback does with each entry of the journal. The decision depends on what was
// recorded before the change, what the change made, and what is there now.
import { createHash } from "node:crypto";
import type { FileEntry, Journal, JournalEntry } from "../facts/journal.ts";
import { masterCfPath } from "../facts/postfix.ts";
import { withoutOurChange } from "./merge.ts";
import { withoutOurEntries } from "./merge-master.ts";

/**
 * The bytes of a file at three moments. They are read only where somebody else has edited it and
 * its lines may leave the host.
 */
export interface Versions {
  readonly before: Buffer;
  readonly after: Buffer;
  readonly current: Buffer;
}

/** One entry and how it is undone. */
export type Undoing =
  /** Runs the recorded command. */
  | { readonly do: "run"; readonly entry: string; readonly description: string }
  /** Nothing is left of the change: it was never made, or is undone already. */
  | { readonly do: "forget"; readonly entry: string; readonly file: FileEntry }
  /** The file is as this program made it: the earlier version is restored. */
  | { readonly do: "restore"; readonly entry: string; readonly file: FileEntry }
  /**
   * Somebody has edited the file: this program's lines go, theirs stay. With `outcomes`, they
   * have edited those lines too: these say what becomes of them, and a version of the file is kept.
   */
  | {
      readonly do: "merge";
      readonly entry: string;
      readonly file: FileEntry;
      readonly content: Buffer;
      readonly outcomes?: readonly string[];
      readonly keeps?: "theirs" | "old";
    }
  /**
   * Somebody has edited the same lines: their version stays, and the earlier one is kept beside it.
   */
  | { readonly do: "keep"; readonly entry: string; readonly file: FileEntry }
  /** The entry is damaged: it stays, and an administrator has to decide. */
  | { readonly do: "leave"; readonly entry: string; readonly problem: string };

/** Files that somebody else has edited and whose lines may be compared here. */
export function editedFiles({ entries }: Journal): FileEntry[] {
  return newestFirst(entries).filter(
    (entry): entry is FileEntry =>
      entry.kind === "file" && entry.isPublic && isContent(entry.current) && !isOurs(entry, entries, entry.current),
  );
}

/**
 * Plans the newest entry first. `versionsOf` holds the bytes of the files that `editedFiles`
 * returned.
 */
export function planRollback({ entries }: Journal, versionsOf: ReadonlyMap<string, Versions>): Undoing[] {
  /**
   * The state of each file after the earlier undo steps, since one file may have several entries.
   */
  const now = new Map<string, { state: string; content: Buffer | undefined }>();
  return newestFirst(entries).map((entry): Undoing => {
    const { name } = entry;
    if (entry.kind === "damaged") return { do: "leave", entry: name, problem: entry.problem };
    if (entry.kind === "command") return { do: "run", entry: name, description: entry.description };
    const { path, before, after } = entry;
    const versions = versionsOf.get(name);
    const { state, content } = now.get(path) ?? { state: entry.current, content: versions?.current };
    if (state === before) return { do: "forget", entry: name, file: { ...entry, current: state } };
    if (state === after) {
      now.set(path, { state: before, content: undefined });
      return { do: "restore", entry: name, file: { ...entry, current: state } };
    }
    const merged = versions === undefined || content === undefined ? undefined : merge(path, versions, content);
    if (merged === undefined) return { do: "keep", entry: name, file: entry };
    now.set(path, { state: createHash("sha256").update(merged.content).digest("hex"), content: merged.content });
    return { do: "merge", entry: name, file: { ...entry, current: state }, ...merged };
  });
}

function merge(path: string, { before, after }: Versions, current: Buffer) {
  const content = withoutOurChange(before, after, current);
  if (content !== undefined) return { content };
  return path === masterCfPath ? withoutOurEntries(before, after, current) : undefined;
}

function newestFirst(entries: readonly JournalEntry[]): JournalEntry[] {
  return [...entries].sort((one, other) => Number(other.name) - Number(one.name));
}

function isContent(state: string): boolean {
  return state !== "absent" && state !== "other";
}

/**
 * Whether the file is as one of its entries records it. Several changes of one file form a chain.
 */
function isOurs({ path }: FileEntry, entries: readonly JournalEntry[], state: string): boolean {
  return entries.some(
    (entry) => entry.kind === "file" && entry.path === path && [entry.before, entry.after].includes(state),
  );
}
