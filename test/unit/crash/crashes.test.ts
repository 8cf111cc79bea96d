// A run that is cut anywhere loses nothing: all states that one cut leaves are looked at, and as many runs go on from them as the time allows.
// CRASH_SEED chooses which, CRASH_SECONDS how many; CRASH_WAY goes the way of one fault.
import { afterEach, beforeEach, expect, jest, test } from "@jest/globals";
import { CrashHost } from "../../support/crash/crash-host.ts";
import { explore } from "../../support/crash/exploration.ts";
import { Explorer, type Fault } from "../../support/crash/explorer.ts";
import { firstDay } from "../../support/crash/first-day.ts";

const { CRASH_WAY: way, CRASH_SEED = "1", CRASH_SECONDS = "20" } = process.env;

// a loaded machine takes minutes for the states of one cut
jest.setTimeout((Number(CRASH_SECONDS) + 600) * 1000);

let host: CrashHost;

beforeEach(() => {
  jest.spyOn(console, "log").mockImplementation(() => {});
  host = new CrashHost(firstDay());
});
afterEach(() => host.close());

/** A fault with the line that shows it again. */
function told(faults: readonly Fault[]): string[] {
  return faults.map(({ way, what }) => `CRASH_WAY='${way}' npm test -- unit/crash/crashes\n    ${what}`);
}

const everyWay = way === undefined ? test : undefined;

everyWay?.("a run that is cut anywhere loses nothing", async () => {
  const { once, twice, went, faults } = await explore(host, {
    seconds: Number(CRASH_SECONDS),
    again: 10,
    seed: Number(CRASH_SEED),
  });

  process.stderr.write(
    `crashes: ${once} states after one cut and ${twice} after two, each looked at; runs that went on: ${went.once} and ${went.twice} (CRASH_SECONDS=${CRASH_SECONDS} CRASH_SEED=${CRASH_SEED})\n`,
  );
  expect(once).toBeGreaterThan(1000);
  expect(told(faults)).toEqual([]);
});

const oneWay = way === undefined ? undefined : test;

oneWay?.(`the way ${way}`, async () => {
  const explorer = new Explorer(host);

  await explorer.follow(way ?? "");

  expect(told(explorer.faults)).toEqual([]);
});
