// Reverts this program's change of a file that somebody else has edited since: their lines stay,
// this program's lines go. Where the two cannot be told apart, the file is left to an
// administrator.
import { diffArrays } from "diff";

/** One run of logical lines in `after` with which the change replaced lines of `before`. */
interface Hunk {
  /** Index of the first line in `after`. */
  readonly start: number;
  readonly made: readonly string[];
  readonly replaced: readonly string[];
}

/**
 * `current` without this program's change; `before` and `after` are the file on both sides of that
 * change. `undefined` where one of the program's lines was itself edited or separated from its
 * neighbours, or where the place of the old lines cannot be determined.
 */
export function withoutOurChange(before: Buffer, after: Buffer, current: Buffer): Buffer | undefined {
  const [old, ours, now] = [before, after, current].map(logicalLines) as [string[], string[], string[]];
  const places = placesIn(ours, now);
  const gone = new Set<number>();
  const inserted = new Map<number, readonly string[]>();
  for (const hunk of hunksBetween(ours, old)) {
    const at = hunk.made.map((_line, index) => places[hunk.start + index]);
    const place = placeFor(hunk, at, places, now.length);
    if (place === undefined) return undefined;
    for (const index of at) if (index !== undefined) gone.add(index);
    inserted.set(place, [...(inserted.get(place) ?? []), ...hunk.replaced]);
  }
  const result = Array.from({ length: now.length + 1 }, (_, index) => [
    ...(inserted.get(index) ?? []),
    ...(index < now.length && !gone.has(index) ? [now[index] as string] : []),
  ]).flat();
  return Buffer.from(terminated(result).join(""), "latin1");
}

/**
 * Index in `now` before which the old lines belong; `undefined` where this program's lines are not
 * all there, or not together.
 */
function placeFor(
  { start, made, replaced }: Hunk,
  at: readonly (number | undefined)[],
  places: readonly (number | undefined)[],
  end: number,
): number | undefined {
  const [first] = at;
  if (at.includes(undefined)) return undefined;
  if (first !== undefined) {
    const together = at.every((place, index) => place === first + index);
    return together || replaced.length === 0 ? first : undefined;
  }
  // None of this program's lines is left: the old lines return after the line that preceded them,
  // or before the next one.
  if (start === 0) return 0;
  const previous = places[start - 1];
  if (previous !== undefined) return previous + 1;
  return start + made.length === places.length ? end : places[start];
}

/** The index in `now` for each line of `ours`; `undefined` where it is not there any more. */
function placesIn(ours: readonly string[], now: readonly string[]): (number | undefined)[] {
  const places: (number | undefined)[] = [];
  let index = 0;
  for (const { value, added, removed } of diffArrays([...ours], [...now])) {
    if (added) index += value.length;
    else for (const _line of value) places.push(removed ? undefined : index++);
  }
  return places;
}

/** The changes that turn `ours` into `old`. */
function hunksBetween(ours: readonly string[], old: readonly string[]): Hunk[] {
  const hunks: Hunk[] = [];
  let start = 0;
  let made: readonly string[] = [];
  let replaced: readonly string[] = [];
  const close = () => {
    if (made.length + replaced.length > 0) hunks.push({ start, made, replaced });
    start += made.length;
    made = [];
    replaced = [];
  };
  for (const { value, added, removed } of diffArrays([...ours], [...old])) {
    if (added) replaced = value;
    else if (removed) made = value;
    else {
      close();
      start += value.length;
    }
  }
  close();
  return hunks;
}

/**
 * Logical lines, each with its continuation lines. In main.cf and master.cf a line that begins with
 * white space continues the one before, also across comments and empty lines (postconf(5),
 * master(5)). So a line that somebody adds below an entry of this program changes that entry.
 */
function logicalLines(content: Buffer): string[] {
  const result: string[] = [];
  let pending: string[] = [];
  for (const line of content.toString("latin1").match(/[^\n]*\n|[^\n]+$/g) ?? []) {
    if (/^\s*(#|$)/.test(line)) pending.push(line);
    else if (/^\s/.test(line) && result.length > 0) {
      result.push([result.pop(), ...pending, line].join(""));
      pending = [];
    } else {
      result.push(...pending, line);
      pending = [];
    }
  }
  return [...result, ...pending];
}

/** Adds a line ending to a former last line that is not the last any more. */
function terminated(lines: readonly string[]): string[] {
  return lines.map((line, index) => (index < lines.length - 1 && !line.endsWith("\n") ? `${line}\n` : line));
}
