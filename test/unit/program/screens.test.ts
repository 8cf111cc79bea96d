// The committed screens: each command is there in each view, without a colour, and the narrow ones say at their end what became of the host.
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { stripVTControlCharacters } from "node:util";
import { expect, test } from "@jest/globals";
import { projectRoot } from "../../../lab/paths.ts";
import { scenes } from "../../../lab/screens/scenes.ts";
import { views } from "../../../lab/screens/terminal.ts";

const folder = join(projectRoot, "docs/screens");
const screen = (name: string) => readFileSync(join(folder, `${name}.txt`), "utf8");
const names = ["demo", ...scenes.map(({ name }) => name)];

test("each command is there in each view, and nothing else", () => {
  const files = readdirSync(folder).filter((file) => file.endsWith(".txt"));

  const made = names.flatMap((name) => views.map((view) => `${name}.${view.name}.txt`));

  expect(files.sort()).toEqual(made.sort());
});

test.each(views.filter(({ columns }) => columns !== undefined))(
  "$name: no line is longer, and none has a colour",
  ({ name, columns = 0 }) => {
    for (const command of names) {
      const text = screen(`${command}.${name}`);
      const [, ...lines] = text.split("\n");

      expect(Math.max(...lines.map((line) => [...line].length))).toBeLessThanOrEqual(columns);
      expect(text).toBe(stripVTControlCharacters(text));
    }
  },
);

test.each([
  ["up", /mail1: "proved .* UTC, stopped, ports\s25 465"/],
  ["up-repairs", /mail1: .*"proved .* UTC, stopped, ports\s?25 465"/],
  ["up-fails", /mail1 FAILED: could not configure smtps\/inet .* – correct the spelling/],
  ["up-unreachable", /mail1 FAILED: could not log in as alcie@.* – check user, key/],
  ["status", /host +mail1 .*state +stopped/],
])("%s on 60 columns: host, state and reason are among the last lines", (name, says) => {
  const end = screen(`${name}.60-columns`).trimEnd().split("\n").slice(-20).join(" ").replaceAll(/ +/g, " ");

  expect(end).toMatch(says);
});
