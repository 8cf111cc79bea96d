// diff: what Pulumi is told to do with a resource, from the state and the inputs alone. Without `changes` the engine compares by itself.
import { expect, test } from "@jest/globals";
import { diff } from "../../../providers/engine/index.ts";
import { isUnknown, unknownValue } from "../../../providers/engine/unknown.ts";

const connection = { host: "mail1", port: 22 };
const olds = {
  path: "/a",
  owner: "root",
  group: "sasl",
  mode: "710",
  connection,
  wanted: {},
  before: {},
  machine: "m",
};
const news = { path: "/a", owner: "root", group: "sasl", mode: "710", connection };

test.each([
  ["nothing changed", {}, false, []],
  ["an input changed", { mode: "755" }, true, []],
  ["the natural key changed", { path: "/b", mode: "755" }, true, ["path"]],
  ["only the connection changed", { connection: { ...connection, host: "mail2" } }, true, []],
  ["only the way back was switched on", { transaction: true }, true, []],
  ["an input is not known yet", { group: unknownValue }, true, []],
  ["a part of the connection is not known yet", { connection: { ...connection, host: unknownValue } }, true, []],
])("%s", async (_what, change, changes, replaces) => {
  const answer = await diff("StatOverride", "/a", olds, { ...news, ...change });

  expect(answer).toEqual({ ...(changes ? {} : { changes }), replaces, deleteBeforeReplace: true });
});

test("drift that ignoreChanges covers is no change: the engine hands over what was found", async () => {
  const drifted = { ...olds, mode: "755", wanted: { path: "/a", owner: "root", group: "sasl", mode: "710" } };

  expect(await diff("StatOverride", "/a", drifted, { ...news, mode: "755" })).toMatchObject({ changes: false });
});

test.each([
  [unknownValue, true],
  [{ a: [{ b: unknownValue }] }, true],
  [{ a: [null, undefined, 1, "x"] }, false],
  ["", false],
])("unknown: %j is %s", (value, answer) => {
  expect(isUnknown(value)).toBe(answer);
});
