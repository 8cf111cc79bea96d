// rollout: who is changed with whom, and after whom.
import { expect, test } from "@jest/globals";
import fc from "fast-check";
import { rolloutSchema, waves } from "../../../configuration/rollout.ts";

const of = (settings: object) => rolloutSchema.parse(settings);

test.each([
  ["one first, then all", ["a", "b", "c"], {}, [["a"], ["b", "c"]]],
  ["one host alone", ["a"], {}, [["a"]]],
  ["in batches", ["a", "b", "c", "d"], { canary: 1, batch: 2 }, [["a"], ["b", "c"], ["d"]]],
  ["without a canary", ["a", "b", "c"], { canary: 0, batch: 2 }, [["a", "b"], ["c"]]],
  ["all at once", ["a", "b"], { canary: 0 }, [["a", "b"]]],
  ["more canaries than hosts", ["a", "b"], { canary: 9 }, [["a", "b"]]],
])("%s", (_what, hosts, settings, expected) => {
  expect(waves(hosts, of(settings))).toEqual(expected);
});

test("no host is lost, none comes twice, and the order is kept", () => {
  fc.assert(
    fc.property(
      fc.array(fc.string()),
      fc.nat(20),
      fc.option(fc.integer({ min: 1, max: 20 }), { nil: undefined }),
      (hosts, canary, batch) => {
        expect(waves(hosts, of({ canary, batch })).flat()).toEqual(hosts);
      },
    ),
  );
});
