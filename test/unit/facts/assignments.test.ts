// /etc/default files and Cyrus SASL's application files: one setting is read and changed, every other byte stays.
import { spawnSync } from "node:child_process";
import { describe, expect, test } from "@jest/globals";
import fc from "fast-check";
import {
  lineOf,
  saslAssignments,
  settingIn,
  shellAssignments,
  withLine,
  withSetting,
} from "../../../providers/facts/assignments.ts";
import { fixture, releases } from "../../support/fake-answers.ts";

const latin1 = (text: string) => Buffer.from(text, "latin1");

describe("a setting of an /etc/default file", () => {
  test.each([
    ['OPTIONS="-c -m /x"', "-c -m /x"],
    ["OPTIONS='-c -m /x'", "-c -m /x"],
    ["OPTIONS=plain", "plain"],
    ["OPTIONS=", ""],
    ['OPTIONS=""', ""],
    ["OPTIONS=plain   # why", "plain"],
    ['OPTIONS="a # b" # why', "a # b"],
    ['OPTIONS="a \\"b\\" \\$c \\\\"', 'a "b" $c \\'],
    ["  export OPTIONS=x", "x"],
    ['OPTIONS="x"\r', "x"],
    ['#OPTIONS="x"', null],
    ["MYOPTIONS=x", null],
    ["", null],
  ])("%j reads as %j", (text, value) => {
    expect(settingIn(latin1(`${text}\n`), "OPTIONS", shellAssignments)).toBe(value);
  });

  test("the last of two counts, as for a shell", () => {
    expect(settingIn(latin1('A="1"\nA="2"\n'), "A", shellAssignments)).toBe("2");
  });

  test("any printable value that is written is what a real shell reads", () => {
    const values = fc.array(fc.string({ unit: "grapheme-ascii" }), { minLength: 1, maxLength: 30 });
    fc.assert(
      fc.property(values, (desired) => {
        const content = desired.reduce<Buffer>(
          (all, value, index) => withSetting(all, `V${index}`, value, shellAssignments, "/etc/x"),
          latin1(""),
        );
        const print = desired.map((_value, i) => `printf '%s\\0' "$V${i}"`).join("\n");
        const { stdout } = spawnSync("/bin/sh", ["-c", `${content.toString("latin1")}\n${print}`]);

        expect(stdout.toString("utf8").split("\0").slice(0, -1)).toEqual(desired);
        expect(desired.map((_value, i) => settingIn(content, `V${i}`, shellAssignments))).toEqual(desired);
      }),
      { numRuns: 30 },
    );
  });
});

describe("a setting of a Cyrus SASL file", () => {
  test.each([
    ["mech_list: plain login", "plain login"],
    ["mech_list:plain", "plain"],
    ["  mech_list :  plain  ", "plain"],
    ["mech_list: plain\r", "plain"],
    ["# mech_list: plain", null],
    ["mech_list_x: plain", null],
    ["MECH_LIST: plain", "plain"],
    ["mech_list: plain\nmech_list: plain login", "plain"],
    ["Mech_List: plain\nmech_list: plain login", "plain"],
  ])("%j reads as %j", (text, value) => {
    expect(settingIn(latin1(`${text}\n`), "mech_list", saslAssignments)).toBe(value);
  });
});

describe("writing one setting", () => {
  test.each([
    ["in its place", 'A="1"\nB="2"\nC="3"\n', "B", "9", 'A="1"\nB="9"\nC="3"\n'],
    ["with its own line ending", "A=1\r\nB=2\r\n", "A", "9", 'A="9"\r\nB=2\r\n'],
    ["without a newline where it had none", "A=1\nB=2", "B", "9", 'A=1\nB="9"'],
    ["at the end when it is new", "A=1\n", "B", "9", 'A=1\nB="9"\n'],
    ["on a line of its own behind an open line", "A=1", "B", "9", 'A=1\nB="9"\n'],
    ["in the ending of the file", "A=1\r\n", "B", "9", 'A=1\r\nB="9"\r\n'],
    ["into an empty file", "", "B", "9", 'B="9"\n'],
    ["not at all when it says so already", "B='9'   \n", "B", "9", "B='9'   \n"],
    ["taken out with its line", "A=1\nB=2\nC=3\n", "B", null, "A=1\nC=3\n"],
    ["not taken out when it is not there", "# B=2\n", "B", null, "# B=2\n"],
  ])("%s", (_how, before, name, value, after) => {
    expect(withSetting(latin1(before), name, value, shellAssignments, "/etc/x").toString("latin1")).toBe(after);
  });

  test.each([
    ["the first line of two is rewritten", "mech_list: a\nmech_list: b\n", "c", "mech_list: c\nmech_list: b\n"],
    ["a line in capital letters is the same setting", "MECH_LIST: a\n", "c", "mech_list: c\n"],
    ["taking it out leaves no second line behind", "mech_list: a\nx: 1\nMECH_LIST: b\n", null, "x: 1\n"],
  ])("in a Cyrus SASL file: %s", (_what, before, value, after) => {
    expect(withSetting(latin1(before), "mech_list", value, saslAssignments, "/etc/x").toString("latin1")).toBe(after);
  });

  test.each([
    ["a backslash", 'A=1\nOPTIONS="-c \\\n -m /x"\n'],
    ["a backslash outside of quotes", "A=1\nOPTIONS=-c\\\n\n"],
    ["a quote that is open", 'A=1\nOPTIONS="-c\n -m /x"\n'],
    ["a single quote that is open", "A=1\nOPTIONS='-c \\\n -m /x'\n"],
  ])("is refused where the value goes on on the next line, by %s", (_by, content) => {
    for (const value of ["-m /y", null]) {
      expect(() => withSetting(latin1(content), "OPTIONS", value, shellAssignments, "/etc/x")).toThrow(
        /line 2 of \/etc\/x goes on on the next line: OPTIONS=[\s\S]*nothing was changed[\s\S]*on one line/,
      );
    }
  });

  test.each(['OPTIONS="a\\\\"\n', "OPTIONS=a\\\\\n", "OPTIONS='a\\'\n", 'OPTIONS="it\'s" # "\n'])(
    "is done where the value only looks as if it went on: %j",
    (content) => {
      expect(withSetting(latin1(content), "OPTIONS", "b", shellAssignments, "/etc/x").toString()).toBe('OPTIONS="b"\n');
    },
  );

  test.each([
    ["OPTIONS=-c  # by hand\nB=2\n", "OPTIONS=-c  # by hand"],
    ["  export OPTIONS='\xe9'\r\nB=2\r\n", "  export OPTIONS='\xe9'"],
    ["OPTIONS=-c", "OPTIONS=-c"],
    ["B=2\n", null],
  ])("a line that is kept and put back is the same line: %j", (content, line) => {
    const before = latin1(content);
    const changed = withSetting(before, "OPTIONS", "-m /x", shellAssignments, "/etc/x");

    expect(lineOf(before, "OPTIONS", shellAssignments)).toBe(line);
    expect(settingIn(changed, "OPTIONS", shellAssignments)).toBe("-m /x");
    expect(withLine(changed, "OPTIONS", line, shellAssignments, "/etc/x")).toEqual(before);
  });

  const otherLine = fc.string({ unit: fc.constantFrom(..."AB=\"'# \t\xe9\xff\\$"), maxLength: 20 });
  const settingLine = fc.constantFrom('OPTIONS="-c"', "OPTIONS=x # y", "  OPTIONS='z'");
  const anyFile = fc
    .tuple(
      fc.array(fc.oneof(otherLine, otherLine, settingLine), { maxLength: 12 }),
      fc.constantFrom("\n", "\r\n"),
      fc.boolean(),
    )
    .map(([rows, ending, terminated]) => latin1(rows.join(ending) + (terminated && rows.length > 0 ? ending : "")));

  test.each([
    ["/etc/default", shellAssignments],
    ["Cyrus SASL", saslAssignments],
  ])("changes one line of any file (%s)", (_kind, syntax) => {
    fc.assert(
      fc.property(anyFile, fc.stringMatching(/^[a-z0-9/-]{0,12}$/), (content, value) => {
        const rows = (buffer: Buffer) => buffer.toString("latin1").split("\n");
        const had = settingIn(content, "OPTIONS", syntax) !== null;

        const changed = withSetting(content, "OPTIONS", value, syntax, "/etc/x");

        expect(settingIn(changed, "OPTIONS", syntax)).toBe(value);
        if (had) {
          const different = rows(changed).filter((row, index) => row !== rows(content)[index]);
          expect(rows(changed)).toHaveLength(rows(content).length);
          expect(different.length).toBeLessThanOrEqual(1);
        } else {
          expect(changed.subarray(0, content.length)).toEqual(content);
          expect(withSetting(changed, "OPTIONS", null, syntax, "/etc/x").subarray(0, content.length)).toEqual(content);
        }
      }),
    );
  });

  test.each(releases)("a new setting goes in and out of Debian %i's stock file without a trace", (release) => {
    const stock = fixture(release, "saslauthd");
    const changed = withSetting(stock, "START_X", "yes", shellAssignments, "/etc/x");

    expect(changed.toString("latin1")).toBe(`${stock.toString("latin1")}START_X="yes"\n`);
    expect(withSetting(changed, "START_X", null, shellAssignments, "/etc/x")).toEqual(stock);
  });
});
