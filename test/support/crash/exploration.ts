// All cuts of all operations, and what the next run makes of them; that run is cut again.
import type { CrashHost } from "./crash-host.ts";
import { Explorer, type Fault, type Left } from "./explorer.ts";
import type { Act } from "./program.ts";

/** From where, and what is cut first. */
type Beginning = readonly [start: string, asked: Act];

const allBeginnings: readonly Beginning[] = [
  ["first-day", "up-A"],
  ["first-day", "fail-A"],
  ["A", "up-B"],
  ["A", "fail-B"],
  ["A", "destroy"],
];

/** What follows a crash: a good proof of either version, a failing one, the end. */
const followers: readonly Act[] = ["up-A", "fail-A", "up-B", "fail-B", "destroy"];

export interface Explored {
  /** States that one cut leaves; each was looked at. */
  readonly once: number;
  /** States that a second cut leaves, in a run that goes on from one of those; each was looked at. */
  readonly twice: number;
  /** Runs that went on after one cut and after two, and how many there are of each. */
  readonly went: { readonly once: string; readonly twice: string };
  readonly faults: readonly Fault[];
}

export interface Extent {
  /** Time for runs that go on. */
  readonly seconds: number;
  /** Every so many of those that go on after one cut are cut again. */
  readonly again: number;
  /** The order, and so which of them are made. */
  readonly seed: number;
  /** Nothing more is looked for after the first fault. */
  readonly first?: true;
}

export async function explore(
  host: CrashHost,
  extent: Extent,
  beginnings: readonly Beginning[] = allBeginnings,
): Promise<Explored> {
  const explorer = new Explorer(host);
  const random = randomFrom(extent.seed);
  const first: Left[] = [];
  for (const [start, asked] of beginnings)
    await explorer.goOn(await explorer.start(start), asked, (left) => first.push(left));
  for (const left of first) await explorer.look(left);
  const second: Left[] = [];
  const ends = { once: Date.now() + extent.seconds * 700, twice: Date.now() + extent.seconds * 1000 };
  const isOver = (end: number) => Date.now() > end || (extent.first === true && explorer.faults.length > 0);
  const runs = (from: readonly Left[]) =>
    shuffled(
      from.flatMap((left) => followers.map((asked) => ({ left, asked }))),
      random,
    );
  const goOn = async (pairs: ReturnType<typeof runs>, end: number, tell?: (left: Left) => void) => {
    let went = 0;
    for (const { left, asked } of pairs) {
      if (isOver(end)) break;
      await explorer.goOn(left, asked, went % extent.again === 0 ? tell : undefined);
      went += 1;
    }
    return `${went} of ${pairs.length}`;
  };
  const once = await goOn(runs(first), ends.once, (left) => second.push(left));
  for (const left of second) await explorer.look(left);
  const twice = await goOn(runs(second), ends.twice);
  return { once: first.length, twice: second.length, went: { once, twice }, faults: explorer.faults };
}

function shuffled<T>(items: readonly T[], random: () => number): T[] {
  const ranked = items.map((item) => ({ item, rank: random() }));
  return ranked.sort((one, other) => one.rank - other.rank).map(({ item }) => item);
}

/** The same numbers for the same seed (mulberry32). */
function randomFrom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}
