// Quoting: whatever a value holds, the host's shell sees exactly that value and nothing of it is ever expanded.
import { spawnSync } from "node:child_process";
import { describe, expect, test } from "@jest/globals";
import fc from "fast-check";
import { lines, quote, sh } from "../../../providers/core/shell.ts";

/** What a real shell takes each of the words for. */
function wordsSeenByShell(words: readonly string[]): string[] {
  const script = sh`printf '%s\0' ${words}`;
  const { stdout, status } = spawnSync("/bin/sh", ["-c", script.text], { encoding: "buffer" });
  expect(status).toBe(0);
  return stdout.toString("utf8").split("\0").slice(0, -1);
}

const anyText = fc.string({ unit: "binary", maxLength: 200 }).filter((text) => !text.includes("\0"));
const nastyText = fc
  .array(
    fc.constantFrom("'", '"', "`", "$", "\\", "\n", "\r", " ", ";", "&", "$(id)", "~", "*", "!", "#", "-", "é", "€"),
  )
  .map((parts) => parts.join(""));

describe("a quoted value", () => {
  test("reaches a real shell byte for byte", () => {
    fc.assert(
      fc.property(fc.array(fc.oneof(anyText, nastyText), { minLength: 1, maxLength: 40 }), (words) => {
        expect(wordsSeenByShell(words)).toEqual(words);
      }),
      { numRuns: 100 },
    );
  });

  test.each(["", " ", "-n", "$(touch /tmp/x)", "`id`", "'; rm -rf /; '", "a\nb", "$" + "{HOME}", "\\", "\\'"])(
    "%j stays as it is",
    (value) => {
      expect(wordsSeenByShell([value])).toEqual([value]);
    },
  );

  test("may not hold a NUL byte, which no shell word can", () => {
    expect(() => quote("a\0b")).toThrow("NUL");
    expect(() => sh`cat ${"a\0b"}`).toThrow("NUL");
    expect(() => sh`cat ${["a", "b\0"]}`).toThrow("NUL");
  });
});

describe("the template", () => {
  test.each([
    ["a string becomes one word", sh`cat ${"a b"}`, "cat 'a b'"],
    ["an empty string stays a word", sh`cat ${""} x`, "cat '' x"],
    ["an array becomes one word an item", sh`ls ${["a b", "c'd"]}`, "ls 'a b' 'c'\\''d'"],
    ["an empty array becomes nothing", sh`ls ${[]}`, "ls "],
    ["a number needs no quotes", sh`exit ${75}`, "exit 75"],
    ["shell text is taken as it is", sh`if ${sh`test -e ${"x y"}`}; then :; fi`, "if test -e 'x y'; then :; fi"],
    ["a backslash reaches the shell as one", sh`printf '%s\n' a\.b`, "printf '%s\\n' a\\.b"],
    ["a backslash before a parameter is dropped", sh`echo \${HOME} \${p%/*}`, "echo $" + "{HOME} $" + "{p%/*}"],
    ["a $ without a brace needs no backslash", sh`echo $HOME $(id)`, "echo $HOME $(id)"],
    ["lines joins pieces, one a line", lines(sh`a`, sh`b ${"c"}`), "a\nb 'c'"],
  ])("%s", (_sentence, script, text) => {
    expect(script.text).toBe(text);
  });

  test("a shell parameter in the text is expanded, one in a value is not", () => {
    const script = sh`v=seen; printf '%s %s' "\${v}" ${"$v"}`;
    expect(spawnSync("/bin/sh", ["-c", script.text]).stdout.toString()).toBe("seen $v");
  });
});
