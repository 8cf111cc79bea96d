// This program's lines go out of a file that somebody else has edited since, and the old ones come back where they stood; else the file is left.
import { expect, test } from "@jest/globals";
import { withoutOurChange } from "../../../providers/transaction/merge.ts";

const merged = (before: string, after: string, current: string) =>
  withoutOurChange(
    Buffer.from(before, "latin1"),
    Buffer.from(after, "latin1"),
    Buffer.from(current, "latin1"),
  )?.toString("latin1");

test.each([
  ["a line that was added goes", "a\n", "a\nours\n", "a\nours\ntheirs\n", "a\ntheirs\n"],
  ["the first lines of a file go", "", "ours\n", "ours\ntheirs\n", "theirs\n"],
  [
    "lines that were added go from between others that came there",
    "a\n",
    "a\nours 1\nours 2\n",
    "a\nours 1\ntheirs\nours 2\n",
    "a\ntheirs\n",
  ],
  ["a line that was replaced is the old one again", "a\nold\n", "a\nours\n", "top\na\nours\n", "top\na\nold\n"],
  [
    "two changes are taken back, each at its place",
    "1\n2\n3\n",
    "one\n2\nthree\n",
    "one\nnew\n2\nthree\n",
    "1\nnew\n2\n3\n",
  ],
  ["a first line that was removed is the first again", "old\nb\n", "b\n", "b\ntheirs\n", "old\nb\ntheirs\n"],
  ["one from the middle follows the line before it", "a\nold\nc\n", "a\nc\n", "a\ntheirs\nc\n", "a\nold\ntheirs\nc\n"],
  ["where that line is gone, it precedes the next one", "a\nold\nc\n", "a\nc\n", "top\nc\n", "top\nold\nc\n"],
  ["a last one whose neighbour is gone is the last", "a\nold\n", "a\n", "theirs\n", "theirs\nold\n"],
  ["a last line without its end gets one before what comes behind it", "a\nold", "a\n", "a\ntheirs", "a\nold\ntheirs"],
  ["bytes that are no UTF-8 survive", "\xe4\n", "\xe4\nours\n", "\xe4\nours\n\xff\n", "\xe4\n\xff\n"],
])("%s", (_what, before, after, current, expected) => {
  expect(merged(before, after, current)).toBe(expected);
});

test.each([
  ["one of the lines was edited", "a\n", "a\nours\n", "a\nedited\n"],
  ["one of the lines is gone", "a\n", "a\nours 1\nours 2\n", "a\nours 2\n"],
  [
    "others stand between the lines that replaced one",
    "a\nold\n",
    "a\nours 1\nours 2\n",
    "a\nours 1\ntheirs\nours 2\n",
  ],
  ["both neighbours of a removed line are gone", "a\nold\nc\n", "a\nc\n", "theirs\n"],
  ["a line below ours continues it", "a\n", "a\nours\n", "a\nours\n  theirs\n"],
  [
    "a line below ours continues it across comments and empty lines",
    "a\n",
    "a\nours\n",
    "a\nours\n# mine\n\n\ttheirs\n",
  ],
])("the file is left where %s", (_what, before, after, current) => {
  expect(merged(before, after, current)).toBeUndefined();
});
