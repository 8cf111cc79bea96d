// The lines of a write that stand in the log: what differs and nothing else, and never of a file that may hold a secret.
import { expect, test } from "@jest/globals";
import { changedLines, withLines } from "../../../providers/steps/changed-lines.ts";
import type { WriteFile } from "../../../providers/steps/step.ts";

const write = (before: string | undefined, after: string, more: Partial<WriteFile> = {}): WriteFile => ({
  do: "write",
  path: "/etc/some/file",
  content: Buffer.from(after, "latin1"),
  expected: before === undefined ? undefined : Buffer.from(before, "latin1"),
  created: { owner: "root", group: "root", mode: "644" },
  reason: "some reason",
  tellsLines: true,
  ...more,
});

test.each<[string, WriteFile, string[]]>([
  ["a line replaced", write("a\nb\nc\n", "a\nB\nc\n"), ["- b", "+ B"]],
  ["a line added at the end of a file without a last newline", write("a\nb", "a\nb\nc\n"), ["+ c"]],
  ["one of two equal lines taken out", write("a\na\nb\n", "a\nb\n"), ["- a"]],
  [
    "a line replaced, and two that are only indented otherwise",
    write("smtps inet n\n    -o a=1\n    -o b=2\n", "smtps inet y\n  -o a=1\n\t-o b=2\n"),
    ["- smtps inet n", "+ smtps inet y", "2 lines are indented otherwise"],
  ],
  ["a line that is indented now, and was not", write("a\nb\n", "a\n b\n"), ["- b", "+  b"]],
  ["bytes that steer a terminal", write("", "\x1b[2Jx\xfc\r\n"), ["+ ?[2Jx?"]],
  ["a new file", write(undefined, "a\n"), []],
  ["a file that may hold a secret", write("a\n", "b\n", { tellsLines: undefined } as never), []],
])("%s", (_what, step, lines) => {
  expect(changedLines(step)).toEqual(lines);
});

test("the log of a change is its reason in one line, then the details, then the lines", () => {
  const told = withLines(write("a\n", "b\n", { details: ["keeps c", "bell \x07"] }));

  expect(told.split("\n")).toEqual(["some reason", "    keeps c", "    bell ?", "    - a", "    + b"]);
});
