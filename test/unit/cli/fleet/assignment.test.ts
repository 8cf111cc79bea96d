// Which shard a host of a fleet belongs to.
import { describe, expect, test } from "@jest/globals";
import fc from "fast-check";
import { assigned, numberOf, type Shard, shardsFor } from "../../../../cli/fleet/assignment.ts";

const name = fc.stringMatching(/^[a-z0-9][a-z0-9-]{0,20}$/);
const names = fc.uniqueArray(name, { minLength: 1, maxLength: 200 });
const count = fc.integer({ min: 1, max: 60 });
const members = (all: readonly string[], group?: string) => all.map((one) => ({ name: one, group }));

/** By name of the host. */
function homes(shards: readonly Shard[]): Record<string, string> {
  return Object.fromEntries(shards.flatMap(({ stack, hosts }) => hosts.map((host) => [host.name, stack])));
}

describe("the assignment", () => {
  test("gives each host exactly one shard", () => {
    fc.assert(
      fc.property(names, count, (all, shards) => {
        const given = assigned("production", members(all), shards).flatMap(({ hosts }) =>
          hosts.map((host) => host.name),
        );
        expect(given.sort()).toEqual([...all].sort());
      }),
    );
  });

  test("moves no other host where one is added or removed, wherever it stands in the list", () => {
    fc.assert(
      fc.property(names, name, count, fc.nat(), (all, added, shards, place) => {
        fc.pre(!all.includes(added));
        const more = all.toSpliced(place % (all.length + 1), 0, added);

        const before = homes(assigned("production", members(all), shards));
        const after = homes(assigned("production", members(more), shards));

        expect({ ...after, ...before }).toEqual(after);
      }),
    );
  });

  test("moves hosts to the new shard alone where there is one shard more", () => {
    fc.assert(
      fc.property(names, count, (all, shards) => {
        const before = homes(assigned("production", members(all), shards));
        const after = homes(assigned("production", members(all), shards + 1));
        const last = `production-shard-${String(shards + 1).padStart(2, "0")}`;

        for (const host of all) expect([before[host], last]).toContain(after[host]);
      }),
    );
  });

  test("spreads a thousand hosts over twenty shards, none of which has twice its share", () => {
    const all = Array.from({ length: 1000 }, (_, index) => `mail${index + 1}`);

    const sizes = assigned("production", members(all), 20).map(({ hosts }) => hosts.length);

    expect(Math.min(...sizes)).toBeGreaterThan(25);
    expect(Math.max(...sizes)).toBeLessThan(100);
  });

  test("is the same in every version: another one would move hosts of fleets that there are", () => {
    const all = ["mail1", "mail2", "mail3", "mx-a", "mx-b"];

    expect(homes(assigned("production", members(all), 4))).toEqual({
      mail2: "production-shard-03",
      mail3: "production-shard-03",
      "mx-b": "production-shard-03",
      mail1: "production-shard-04",
      "mx-a": "production-shard-04",
    });
  });

  test("puts the hosts of the group canary into a shard of their own, which is the first", () => {
    const hosts = [...members(["mail1", "mail2"]), ...members(["mail3"], "canary")];

    const [first, ...others] = assigned("production", hosts, 2);

    expect(first).toEqual({ stack: "production-shard-canary", hosts: [{ name: "mail3", group: "canary" }] });
    expect(others.map(({ stack }) => stack)).toEqual(["production-shard-01", "production-shard-02"]);
    expect(shardsFor(hosts, 2)).toBe(1);
  });
});

test.each<[string, number | undefined]>([
  ["production-shard-03", 3],
  ["production-shard-120", 120],
  ["production-shard-canary", undefined],
  ["production", undefined],
  ["preproduction-shard-03", undefined],
])("the number of %s is %s", (stack, number) => {
  expect(numberOf("production", stack)).toBe(number);
});
