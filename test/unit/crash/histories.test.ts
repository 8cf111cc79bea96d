// Whatever happens to a host, in whatever order: what is ours is as it was asked for after an `up` and as before after a destroy, and what others have
// is never lost. HISTORY_SECONDS says for how long histories are made, HISTORY_SEED which ones.
import { beforeEach, expect, jest, test } from "@jest/globals";
import * as fc from "fast-check";
import { CrashHost } from "../../support/crash/crash-host.ts";
import { firstDay } from "../../support/crash/first-day.ts";
import { histories, type Step } from "../../support/crash/histories.ts";
import { History } from "../../support/crash/history.ts";

const { HISTORY_SECONDS = "10", HISTORY_SEED = "1" } = process.env;

// a loaded machine needs longer for the last one and for making a failure smaller
jest.setTimeout((Number(HISTORY_SECONDS) + 600) * 1000);

beforeEach(() => {
  jest.spyOn(console, "log").mockImplementation(() => {});
});

test("no history of runs, kills, edits and lost states loses anything", async () => {
  const host = new CrashHost(firstDay());
  let count = 0;

  const loses = fc.asyncProperty(histories, async (steps) => {
    count += 1;
    expect(await new History(host).of(steps)).toEqual([]);
  });
  const seed = Number(HISTORY_SEED);
  // the first ones however slow the machine is, then those that there is time for
  await fc.assert(loses, { seed, numRuns: 4 });
  await fc.assert(loses, {
    seed,
    numRuns: 1_000_000,
    interruptAfterTimeLimit: Number(HISTORY_SECONDS) * 1000,
    markInterruptAsFailure: false,
  });
  await host.close();

  process.stderr.write(`histories: ${count} (HISTORY_SECONDS=${HISTORY_SECONDS} HISTORY_SEED=${HISTORY_SEED})\n`);
  expect(count).toBeGreaterThan(3);
});

const up: Step = { do: "run", act: "up-A" };
const destroy: Step = { do: "run", act: "destroy" };

test.each<[string, string | RegExp, string, readonly Step[], RegExp]>([
  [
    "an undo that takes others out of the group",
    "gpasswd -d 'postfix' 'sasl'",
    "regroup 's/^\\(sasl:.*:\\).*/\\1/'",
    [up, { do: "enlist", user: "carol" }, destroy],
    /carol is no more in the group/,
  ],
  [
    "a write that takes the lines of others out",
    /mv -f -- "\$temporary" "\$path"/g,
    'sed -i /theirs/d "$temporary"; mv -f -- "$temporary" "$path"',
    [{ do: "edit", path: "/etc/postfix/sasl/smtpd.conf", edit: "add a line" }, up],
    /has lost auxprop_plugin: theirs/,
  ],
])("the model notices %s", async (_what, correct, wrong, steps, found) => {
  const host = new CrashHost(firstDay(), (script) => script.replaceAll(correct, wrong));

  const seen = await new History(host).of(steps);
  await host.close();

  expect(seen.join("\n")).toMatch(found);
});
