// What a run of the tests says of suites that it cannot run, and when that is a failure.
import { expect, test } from "@jest/globals";
import { isFailureIn, leftOutReport, notAskedFor, onPurpose } from "../../left-out.ts";
import type { Group } from "../../suites.ts";

const group = (on: Group["on"], ...suites: string[]): Group => ({
  name: "a",
  kind: "e2e",
  on,
  when: "everyday",
  suites,
});
const asked = [group("own", "e2e/fleet"), group(12, "e2e/killed", "e2e/tls"), group(13, "e2e/tls", "host/way-back")];
const obstacle = { what: "no root", next: "sudo npm test" };

test("every suite that was asked for is named once, with its releases, below the reason and the way out", () => {
  expect(leftOutReport(obstacle, asked, [])).toEqual([
    "LEFT OUT, suites that need booted hosts (4): no host can be booted here: no root\n  next: sudo npm test",
    "  e2e/fleet",
    "  e2e/killed on Debian 12",
    "  e2e/tls on Debian 12, 13",
    "  host/way-back on Debian 13",
  ]);
});

test("with a pattern only those that it means", () => {
  expect(leftOutReport(obstacle, asked, ["unit/core", "E2E/FL"]).slice(1)).toEqual(["  e2e/fleet"]);
});

test.each([
  ["nothing stands in the way", undefined, []],
  ["no suite on hosts is meant", obstacle, ["unit/core"]],
])("nothing where %s", (_what, found, patterns) => {
  expect(leftOutReport(found, asked, patterns)).toEqual([]);
});

test("what was not asked for is one line", () => {
  expect(notAskedFor([])).toEqual([]);
  expect(notAskedFor(asked.slice(0, 2))).toEqual([
    "not asked for: e2e/fleet, e2e/killed on 12, e2e/tls on 12; `npm run test:all` has them",
  ]);
});

test.each([
  ["in a CI", { CI: "true" }, obstacle, true],
  ["in a CI that says so", { CI: "true" }, onPurpose, false],
  ["at somebody's desk", {}, obstacle, false],
  ["in a CI that can boot hosts", { CI: "true" }, undefined, false],
])("hosts that are left out: %s", (_where, environment, found, failure) => {
  expect(isFailureIn(environment, found)).toBe(failure);
});
