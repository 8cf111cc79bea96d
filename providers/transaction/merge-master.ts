// Reverts this program's change of master.cf where somebody else has edited one of the entries that
// it made or changed. What such an entry needs (certificate, socket, group) is rolled back too, so
// an entry that did not exist before must not stay in force.
import { type LocatedEntry, type MasterEntry, parseMaster } from "../facts/master.ts";
import { withEntry } from "../facts/master-edit.ts";
import { rewriteEntry } from "../facts/master-rows.ts";
import { withoutOurChange } from "./merge.ts";

export interface Separated {
  readonly content: Buffer;
  /** What becomes of each entry: "smtps/inet is commented out …". */
  readonly outcomes: readonly string[];
  /** The version of the file that is needed besides `content`. */
  readonly keeps: "theirs" | "old";
}

/** One entry before this program's change, after it, and as it is now. */
interface Changed {
  readonly before: LocatedEntry | undefined;
  readonly after: LocatedEntry;
  readonly current: LocatedEntry;
}

/**
 * `current` with the entries from before; what others have changed in them stays. Where the lines
 * cannot be separated, only entries that this program added go out of force, and an entry that it
 * replaced stays as it is now; `undefined` where none of those is still there, or where Postfix
 * could not read the file: the caller leaves the file.
 */
export function withoutOurEntries(before: Buffer, after: Buffer, current: Buffer): Separated | undefined {
  if (parseMaster(current).broken.length > 0) return undefined;
  const changed = changedEntries(before, after, current);
  const edited = changed.filter(isEdited);
  const untouched = replaced(
    current,
    edited.map(({ current: from, after: to }) => ({ from, text: to.text })),
  );
  const reverted = withoutOurChange(before, after, untouched);
  return reverted === undefined ? closed(current, changed) : separated(reverted, edited);
}

function separated(reverted: Buffer, edited: readonly Changed[]): Separated {
  const back = edited.flatMap((one) => {
    const from = one.before && lastOf(reverted, one.before);
    return from === undefined || one.before === undefined ? [] : [{ from, text: combined(one, one.before) }];
  });
  const gone = edited.filter(({ before }) => before === undefined);
  const content = gone.reduce(
    (file, { current }) => withEntry(file, undefined, commentedOut(current)),
    replaced(reverted, back),
  );
  return { content, outcomes: edited.map(outcomeOf), keeps: "theirs" };
}

/**
 * The last resort: everything stays as others have left it, but new entries of this program are out
 * of force. `undefined` where there are none.
 */
function closed(current: Buffer, changed: readonly Changed[]): Separated | undefined {
  const gone = changed.filter(({ before }) => before === undefined);
  if (gone.length === 0) return undefined;
  const texts = gone.map((one) => ({ from: one.current, text: isEdited(one) ? commentedOut(one.current) : "" }));
  return {
    content: replaced(current, texts),
    outcomes: [...gone.map(outcomeOf), "the rest is left as it is"],
    keeps: "old",
  };
}

function outcomeOf(changed: Changed): string {
  const { service, type } = changed.current.entry;
  const result = !isEdited(changed)
    ? "is taken out"
    : changed.before === undefined
      ? "is commented out, since what it needs is put back"
      : "is as before, with what they have changed in it";
  return `${service}/${type} ${result}`;
}

function isEdited({ after, current }: Changed): boolean {
  return current.text !== after.text;
}

/** The entries that the change made or replaced and that are still there. */
function changedEntries(before: Buffer, after: Buffer, current: Buffer): Changed[] {
  return parseMaster(after).entries.flatMap((ours) => {
    const [old, now] = [lastOf(before, ours), lastOf(current, ours)];
    const isChanged = lastOf(after, ours)?.start === ours.start && old?.text !== ours.text;
    return isChanged && now !== undefined ? [{ before: old, after: ours, current: now }] : [];
  });
}

/** Of two entries of one service Postfix uses the last. */
function lastOf(content: Buffer, { entry: { service, type } }: LocatedEntry): LocatedEntry | undefined {
  return parseMaster(content).entries.findLast(({ entry }) => entry.service === service && entry.type === type);
}

/** The entry from before, with the columns and options that others have changed since. */
function combined({ after, current }: Changed, before: LocatedEntry): string {
  const [old, ours, now] = [before.entry, after.entry, current.entry];
  const changed = Object.entries(now.options).filter(([name, value]) => ours.options[name] !== value);
  const dropped = Object.keys(ours.options).filter(
    (name) => !(name in now.options) && ours.options[name] === old.options[name],
  );
  const staying = Object.entries(old.options).filter(([name]) => !dropped.includes(name));
  const columns = Object.fromEntries(
    Object.keys(old).map((name) => {
      const column = name as keyof MasterEntry;
      return [column, JSON.stringify(now[column]) === JSON.stringify(ours[column]) ? old[column] : now[column]];
    }),
  ) as unknown as MasterEntry;
  const options = { ...Object.fromEntries(staying), ...Object.fromEntries(changed) };
  const kept = staying.filter(([name, value]) => options[name] === value).map(([name]) => name);
  return rewriteEntry(before, { ...columns, options }, kept);
}

/** Each `from` is a place in `content`; the last is replaced first, so that the places hold. */
function replaced(content: Buffer, texts: readonly { readonly from: LocatedEntry; readonly text: string }[]): Buffer {
  return texts
    .toSorted((one, other) => other.from.start - one.from.start)
    .reduce((file, { from, text }) => withEntry(file, from, text), content);
}

function commentedOut({ text }: LocatedEntry): string {
  const rows = text.replace(/[^\n]*\n|[^\n]+$/g, (row) => `#${row}`);
  return `# not in force: edited while a change by sasl-mail-host was put back\n${rows}`;
}
