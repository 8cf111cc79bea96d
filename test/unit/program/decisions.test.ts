// The decisions: each says when it was made and whether it holds, the list has all of them, and those that change each other say so in both.
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "@jest/globals";
import { projectRoot } from "../../../lab/paths.ts";

const folder = join(projectRoot, "docs/decisions");
const read = (file: string) => readFileSync(join(folder, file), "utf8");
const files = readdirSync(folder).filter((file) => /^\d{4}-/.test(file));

/** The two directions of a link between decisions. */
const answers: Readonly<Record<string, string>> = {
  "Amended by": "Amends",
  Amends: "Amended by",
  "Superseded by": "Supersedes",
  Supersedes: "Superseded by",
};

test("no two have one number", () => {
  const numbers = files.map((file) => file.slice(0, 4));

  expect(numbers).toEqual([...new Set(numbers)]);
});

test("the list has each of them, in their order", () => {
  const listed = [...read("README.md").matchAll(/^- \[(\d{4})\]\((\S+)\): /gm)];

  expect(listed.map(([, , file]) => file)).toEqual(files);
  for (const [, number, file] of listed) expect(file?.slice(0, 4)).toBe(number);
});

test.each(files)("%s has its number, a date and a status", (file) => {
  const [title, , status] = read(file).split("\n");

  expect(title).toMatch(new RegExp(`^# ${file.slice(0, 4)}: \\S`));
  expect(status).toMatch(/^Date: 20\d\d-\d\d-\d\d\. Status: (proposed|accepted|superseded)\./);
});

test.each(files)("%s names what changes it and what it changes, and is named there", (file) => {
  const status = statusOf(file);
  const links = linksIn(status);

  for (const { word, target } of links)
    expect(linksIn(statusOf(target))).toContainEqual({ word: answers[word], target: file });
  expect(status.includes("Status: superseded")).toBe(links.some(({ word }) => word === "Superseded by"));
});

function statusOf(file: string): string {
  return read(file).split("\n")[2] ?? "";
}

function linksIn(status: string): { word: string; target: string }[] {
  const found = status.matchAll(/(Amended by|Amends|Superseded by|Supersedes) \[\d{4}\]\((\S+)\)/g);
  return [...found].map(([, word = "", target = ""]) => ({ word, target }));
}
