// The message of an expected failure: tried, found, left, next, one a line.
import { expect, test } from "@jest/globals";
import { Failure } from "../../../providers/core/failure.ts";

test("a failure says what was tried, found, left and what to do next", () => {
  const failure = new Failure({ tried: "read x", found: "nothing", left: "all as it was", next: "make x" });

  expect(failure.message).toBe("tried: read x\nfound: nothing\nleft on the host: all as it was\nnext: make x");
  expect(failure.name).toBe("Failure");
});

test("what is left is passed over where it is not known, and the cause is kept", () => {
  const cause = new Error("below");
  const failure = new Failure({ tried: "read x", found: "nothing", next: "make x" }, { cause });

  expect(failure.message).toBe("tried: read x\nfound: nothing\nnext: make x");
  expect(failure.cause).toBe(cause);
});
