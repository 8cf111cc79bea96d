// Our own lines at a terminal: no word is broken, a command can be pasted, and a file gets the line as it is.
import { expect, test } from "@jest/globals";
import { wrapped } from "../../../cli/wrapped.ts";

const failed = "mail1 FAILED: could not log in as alcie@10.213.0.22:22: the host refused; it takes publickey, password";

test.each([
  {
    what: "60 columns: between words, the second line indented",
    text: failed,
    screen: { isTTY: true, columns: 60 },
    lines: [
      "mail1 FAILED: could not log in as alcie@10.213.0.22:22:",
      "  the host refused; it takes publickey, password",
    ],
  },
  {
    what: "a command in backquotes stays in one line",
    text: "correct it in the file, then run `npm run pulumi -- destroy --refresh=false` once more",
    screen: { isTTY: true, columns: 50 },
    lines: ["correct it in the file, then run", "  `npm run pulumi -- destroy --refresh=false` once", "  more"],
  },
  { what: "wide enough: one line", text: failed, screen: { isTTY: true, columns: 200 }, lines: [failed] },
  { what: "no terminal: one line", text: failed, screen: { isTTY: false, columns: 60 }, lines: [failed] },
  {
    what: "a terminal that tells no width: one line",
    text: failed,
    screen: { isTTY: true, columns: 0 },
    lines: [failed],
  },
])("$what", ({ text, screen, lines }) => {
  const result = wrapped(text, screen, "  ");

  expect(result.split("\n")).toEqual(lines);
});
