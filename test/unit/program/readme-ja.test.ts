// README.ja.md says what README.md says: the same headings in the same order, the same commands, keys, defaults, changed files and pages.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "@jest/globals";
import { projectRoot } from "../../../lab/paths.ts";
import { blocksIn } from "../../support/documentation.ts";

const read = (file: string) => readFileSync(join(projectRoot, file), "utf8");
/** Without the marks between which the table is made. */
const english = read("README.md").replace(/<!--.*?-->\n/g, "");
const japanese = read("README.ja.md");

/** A heading that is new or has another name in README.md needs its counterpart here, and there. */
const headings = {
  "# sasl-mail-host": "# sasl-mail-host",
  "## Two commands": "## 2 つのコマンドで試す",
  "## Your own host": "## 自分のホストで使う",
  "## Configuration": "## 設定",
  "## What it changes on a host": "## ホスト上で変更するもの",
  "## How it looks": "## 出力の例",
  "## Beside others": "## ほかのツールとの比較",
  "## Stacks, pull requests, drift": "## スタック、プルリクエスト、ドリフト",
  "## In other Pulumi programs": "## ほかの Pulumi プログラムから使う",
  "## Limits": "## 制限",
  "## More": "## 次に読むもの",
} as const;

const types: Readonly<Record<string, string>> = {
  text: "文字列",
  number: "数値",
  "yes/no": "真偽",
  list: "リスト",
  object: "オブジェクト",
  secret: "シークレット",
};

test("the headings", () => {
  expect(headingsOf(english)).toEqual(Object.keys(headings));
  expect(headingsOf(japanese)).toEqual(Object.values(headings));
});

test("the commands, each with a comment where README.md has one", () => {
  const commands = (text: string) =>
    blocksIn("", text).flatMap((block) =>
      block.text
        .trim()
        .split("\n")
        .map((line) => line.split(/ +# /)),
    );
  const [inEnglish, inJapanese] = [commands(english), commands(japanese)];

  expect(inJapanese.map(([command]) => command)).toEqual(inEnglish.map(([command]) => command));
  expect(inJapanese.map(({ length }) => length)).toEqual(inEnglish.map(({ length }) => length));
});

test("the commands that stand in sentences", () => {
  const commands = (text: string) =>
    new Set([...text.matchAll(/`(npm (?:run |ci |pack |test)[^`]*)`/g)].map(([, command]) => command));

  expect([...commands(japanese)]).toEqual(expect.arrayContaining([...commands(english)]));
});

test("the keys of the configuration, with their types and defaults", () => {
  const desired = rowsUnder(english, "## Configuration").map(([key, type = "", value]) => [key, types[type], value]);

  expect(rowsUnder(japanese, headings["## Configuration"]).map((row) => row.slice(0, 3))).toEqual(desired);
});

test("the values, files and settings that the tables name", () => {
  for (const title of ["## Configuration", "## What it changes on a host"] as const) {
    const names = (text: string, heading: string) => rowsUnder(text, heading).map((row) => quotedIn(row.join(" ")));

    expect(names(japanese, headings[title])).toEqual(names(english, title));
  }
});

test("the comparison has as many rows and columns", () => {
  const shape = (text: string, heading: string) => rowsUnder(text, heading).map(({ length }) => length);

  expect(shape(japanese, headings["## Beside others"])).toEqual(shape(english, "## Beside others"));
});

test("the limits", () => {
  const points = (text: string, heading: string) => partUnder(text, heading).match(/^- /gm)?.length;

  expect(points(japanese, headings["## Limits"])).toBe(points(english, "## Limits"));
});

test("the pages that it leads to", () => {
  const pages = (text: string) =>
    [...text.matchAll(/\]\(((?:docs|examples)\/[^)#]+|[A-Z]+\.md)\)/g)].map(([, page]) => page);

  expect([...new Set(pages(japanese))]).toEqual(expect.arrayContaining([...new Set(pages(english))]));
});

test.each([
  ["a user other than root, and sudo", /hosts\[0\]\.connection\.user[\s\S]*sudoPassword/],
  ["drift", /ドリフト/],
  ["secrets", /シークレット/],
  ["what becomes of Postfix without TLS", /起動したままにすべきでない場合\(TLS なし\)/],
  ["status", /npm run status/],
])("an operator finds: %s", (_what, words) => {
  expect(japanese).toMatch(words);
});

function headingsOf(text: string): string[] {
  return withoutBlocks(text).match(/^#+ .+$/gm) ?? [];
}

function partUnder(text: string, heading: string): string {
  const [, part = ""] = withoutBlocks(text).split(`\n${heading}\n`);
  return part.split(/\n## /)[0] ?? "";
}

/** The first table under a heading, without its head. */
function rowsUnder(text: string, heading: string): string[][] {
  const lines = partUnder(text, heading).split("\n");
  const start = lines.findIndex((line) => line.startsWith("|"));
  const end = lines.findIndex((line, at) => at > start && !line.startsWith("|"));
  return lines.slice(start + 2, end).map((line) =>
    line
      .split("|")
      .slice(1, -1)
      .map((cell) => cell.trim()),
  );
}

/** What stands in backticks, in no order: two languages have their own. */
function quotedIn(text: string): string[] {
  return [...new Set([...text.matchAll(/`([^`]+)`/g)].map(([, quoted = ""]) => quoted))].sort();
}

function withoutBlocks(text: string): string {
  return text.replace(/^```.*?^```/gms, "");
}
