// The order in which shards run, and when no further one is begun.

import { setTimeout as sleep } from "node:timers/promises";
import { expect, test } from "@jest/globals";
import { type Rules, schedule } from "../../../../cli/fleet/schedule.ts";

const shards = ["one", "two", "three", "four", "five"];
const usual: Rules = { atOnce: 2, canary: true, maxFailures: 1, stop: new AbortController().signal };

/** What was begun, how many ran at once at most, and what was left. */
async function ran(rules: Partial<Rules>, failures: Readonly<Record<string, number>> = {}) {
  const begun: string[] = [];
  let [now, most] = [0, 0];
  const left = await schedule(shards, { ...usual, ...rules }, async (shard) => {
    begun.push(shard);
    now += 1;
    most = Math.max(most, now);
    await sleep(5);
    now -= 1;
    return failures[shard] ?? 0;
  });
  return { begun, most, left };
}

test("all run, as many at once as are allowed", async () => {
  expect(await ran({ canary: false })).toEqual({ begun: shards, most: 2, left: [] });
});

test("the first runs alone, and its failure is the end, whatever is allowed to others", async () => {
  expect(await ran({ maxFailures: 10 }, { one: 1 })).toEqual({ begun: ["one"], most: 1, left: shards.slice(1) });
});

test("what runs beside a failing one goes on to its end, and nothing more is begun", async () => {
  expect(await ran({}, { two: 1 })).toEqual({ begun: ["one", "two", "three"], most: 2, left: ["four", "five"] });
});

test("fewer failures than are allowed stop nothing", async () => {
  expect((await ran({ maxFailures: 3 }, { two: 1, three: 1 })).left).toEqual([]);
});

test("after a stop nothing more is begun", async () => {
  const stop = new AbortController();
  const begun: string[] = [];

  const left = await schedule(shards, { ...usual, stop: stop.signal }, async (shard) => {
    begun.push(shard);
    if (shard === "two") stop.abort();
    return 0;
  });

  expect(begun).toEqual(["one", "two"]);
  expect(left).toEqual(["three", "four", "five"]);
});
