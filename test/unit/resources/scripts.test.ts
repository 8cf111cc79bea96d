// All shell text of the product can be read by each shell that a Debian's /bin/sh may be.
import { describe, expect, test } from "@jest/globals";
import { definitionOf } from "../../../providers/resources/catalogue.ts";
import {
  changeScript,
  changes,
  journalScripts,
  type NamedScript,
  questions,
  stepScripts,
} from "../../support/generated-scripts.ts";
import { shellPieces } from "../../support/shell-pieces.ts";
import { complaint, inEveryShell, type Shell } from "../../support/shells.ts";

/** Those of the scripts that the shell can not read, with what it says. */
function unreadable(shell: Shell, scripts: readonly NamedScript[]): string[] {
  return scripts.flatMap(([name, text]) => {
    const words = complaint(shell, text);
    return words === "" ? [] : [`${name}: ${words}`];
  });
}

/** Beginning or end of something that other pieces make whole: `lines` puts them together. */
const halves = /^(if [^\n]*; then|else [^\n]*|fi|\{|\} > [^\n]*)$/;

inEveryShell((shell) => {
  test("every question can be read", () => {
    expect(unreadable(shell, questions)).toEqual([]);
  });

  test("every step can be read, and what takes it back", () => {
    expect(unreadable(shell, [...stepScripts, ...journalScripts])).toEqual([]);
  });

  test.each([true, false])("every change can be read as it is sent, journalled: %s", async (journalled) => {
    const single = changes.map(async (step) => [step.reason, await changeScript([step], journalled)] as const);
    const all = ["all of them in one turn", await changeScript(changes, journalled)] as const;

    expect(unreadable(shell, [...(await Promise.all(single)), all])).toEqual([]);
  });

  test("every piece in the sources can be read, also one that no test above makes", () => {
    const whole = shellPieces().filter(({ text }) => !halves.test(text.trim()));

    expect(
      unreadable(
        shell,
        whole.map(({ place, text }) => [place, text] as const),
      ),
    ).toEqual([]);
    expect(whole.length).toBeGreaterThan(100);
  });
});

describe("an unknown kind", () => {
  test("is an error, also one that every object has", () => {
    expect(() => definitionOf("Nothing")).toThrow("no resource of the kind Nothing");
    expect(() => definitionOf("toString")).toThrow("no resource of the kind toString");
  });
});
