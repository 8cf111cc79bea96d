// The glossary of changed names: the old ones are gone from the sources, the new ones are there.
import { globSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "@jest/globals";
import { projectRoot } from "../../../lab/paths.ts";

const sources = globSync(["*.ts", "{providers,cli,configuration,packaging,policy}/**/*.{ts,mjs}"], {
  cwd: projectRoot,
  exclude: (name) => /(^|\/)(node_modules|dist)$/.test(name),
});
const text = sources.map((file) => readFileSync(join(projectRoot, file), "utf8")).join("\n");
const rows = readFileSync(join(projectRoot, "docs/glossary.md"), "utf8")
  .split("\n")
  .filter((line) => line.startsWith("| "))
  .slice(2)
  .map((line) => line.split("|").slice(1, 3));

test.each(inColumn(0))("%s is the name of nothing any more", (name) => {
  expect(isThere(name)).toBe(false);
});

test.each(inColumn(1))("%s is there", (name) => {
  expect(isThere(name)).toBe(true);
});

/** The identifiers and files in backticks; a pattern of paths is neither. */
function inColumn(column: 0 | 1): string[] {
  const quoted = rows.flatMap((cells) => [...(cells[column] ?? "").matchAll(/`([^`]+)`/g)]);
  return quoted.map(([, name = ""]) => name).filter((name) => !/[*<]/.test(name));
}

function isThere(name: string): boolean {
  if (name.endsWith("/")) return sources.some((file) => `/${file}`.includes(`/${name}`));
  if (name.endsWith(".ts")) return sources.some((file) => `/${file}`.endsWith(`/${name}`));
  return new RegExp(`\\b${name}\\b`).test(text);
}
