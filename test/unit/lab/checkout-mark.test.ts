// The names of a checkout's hosts: two checkouts on one machine never mean the same one.
import { expect, test } from "@jest/globals";
import { hostName } from "../../../lab/demo/stage.ts";
import { checkoutMark, markOf } from "../../../lab/paths.ts";

test("two checkouts have two marks, and one checkout always the same", () => {
  const marks = ["/home/ann/sasl-mail-host", "/home/bob/sasl-mail-host", "/home/ann/sasl-mail-host"].map(markOf);

  expect(new Set(marks).size).toBe(2);
  expect(marks[2]).toBe(marks[0]);
});

test("the demo's host bears the mark of its checkout", () => {
  expect(hostName).toBe(`demo-${checkoutMark}`);
});
