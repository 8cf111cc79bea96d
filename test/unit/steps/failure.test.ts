// The message of an expected failure: tried, found, left, next and code, one a line.
import { expect, test } from "@jest/globals";
import { Failure } from "../../../providers/core/failure.ts";

const parts = { code: "host-unreadable", tried: "read x", found: "nothing", next: "make x" } as const;

test("a failure says what was tried, found, left, what to do next, and its code", () => {
  const failure = new Failure({ ...parts, left: ["all as it was"] });

  expect(failure.message).toBe(
    "tried: read x\nfound: nothing\nleft on the host: all as it was\nnext: make x\ncode: host-unreadable (docs/errors.md)",
  );
  expect([failure.name, failure.code]).toEqual(["Failure", "host-unreadable"]);
});

test("what is left is passed over where it is not known, and the cause is kept", () => {
  const cause = new Error("below");
  const failure = new Failure(parts, { cause });

  expect(failure.message).not.toContain("left on the host");
  expect(failure.cause).toBe(cause);
});

test("what is left is one thing a line, and a long list loses its middle with a count", () => {
  const left = ["what was done before:", ...Array.from({ length: 40 }, (_, index) => `step ${index + 1}`)];

  const lines = new Failure({ ...parts, left }).message.split("\n");

  expect(lines.slice(2, 5)).toEqual(["left on the host: what was done before:", "    step 1", "    step 2"]);
  expect(lines[9]).toBe("    … and 27 more");
  expect(lines.slice(-4)).toEqual([
    "    step 39",
    "    step 40",
    "next: make x",
    "code: host-unreadable (docs/errors.md)",
  ]);
});
