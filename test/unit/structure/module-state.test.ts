// `npm run check` lets no module of the package have state: Biome by the project's own settings, on a copy with one more file.
import { copyFileSync, cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { beforeAll, expect, test } from "@jest/globals";
import { execa } from "execa";
import { projectRoot } from "../../../lab/paths.ts";

interface Report {
  readonly diagnostics: readonly { readonly message: string; readonly location: { readonly path: string } }[];
}

const product = "providers/core";

const forbidden: readonly (readonly [string, string])[] = [
  ["a variable", "let known = 0;"],
  ["an exported variable", "export let known: string | undefined;"],
  ["an old variable", "var known = 0;"],
  ["a map", "const known = new Map<string, string>();"],
  ["an exported set", "export const known: Set<string> = new Set();"],
  ["a map inside an object", "const known = { inner: new WeakMap() };"],
  ["an empty list", "const known: string[] = [];"],
  ["an empty object", "const known = {} as Record<string, string>;"],
  ["a run", "export const known = new Run();"],
  ["a static member", "class Known { static count = 0; }"],
  ["a static map", "class Known { static readonly all = new Map(); }"],
  ["a global", "export function note() {\n  globalThis.known = 1;\n}"],
  ["a global by another type", "export function note() {\n  (globalThis as Place).known = 1;\n}"],
];

const allowed: readonly (readonly [string, string])[] = [
  ["a variable of a function", "export function next() {\n  let known = 0;\n  return () => (known += 1);\n}"],
  ["a map of a function", "export const next = () => new Map();"],
  ["a default of a parameter", "export function next(known = new Map()) {\n  return known;\n}"],
  ["a member of an object", "class Known {\n  readonly #all = new Map();\n  count = 0;\n}"],
  ["a loop", "for (let index = 0; index < 2; index += 1) print(index);"],
  ["a constant", "const known = { a: 1 };\nconst pattern = /x/;\nconst list = [1];"],
  ["a map that nothing changes", 'const known: ReadonlyMap<string, number> = new Map([["a", 1]]);'],
  ["a pure cache", "const length = cached((text: string) => text.length);"],
  ["an object that nothing changes", "export const known = new Fixed(1);"],
];

const elsewhere: readonly (readonly [string, string])[] = [
  ["the one file that holds the run of this process", "providers/engine/index.ts"],
  ["the tests and the lab", "lab/hosts/example.ts"],
];

const examples = [
  ...[...forbidden, ...allowed].map(([what, text]) => ({ path: `${product}/${fileOf(what)}`, text })),
  ...elsewhere.map(([, path]) => ({ path, text: "export const run = new Run();" })),
];

let complaints: Report["diagnostics"];
beforeAll(async () => {
  const folder = mkdtempSync(join(tmpdir(), "sasl-mail-host-lint-"));
  try {
    copyFileSync(join(projectRoot, "biome.json"), join(folder, "biome.json"));
    cpSync(join(projectRoot, "lint"), join(folder, "lint"), { recursive: true });
    for (const { path, text } of examples) {
      mkdirSync(dirname(join(folder, path)), { recursive: true });
      writeFileSync(join(folder, path), text);
    }
    const biome = join(projectRoot, "node_modules", ".bin", "biome");
    const flags = ["--only=plugin", "--vcs-enabled=false", "--reporter=json", "--max-diagnostics=none"];
    const { stdout } = await execa(biome, ["lint", ...flags], { cwd: folder, reject: false });
    complaints = (JSON.parse(stdout) as Report).diagnostics;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
});

const about = (path: string) =>
  complaints.filter(({ location }) => location.path === path).map(({ message }) => message);

function fileOf(what: string): string {
  return `${what.replaceAll(" ", "-")}.ts`;
}

test.each(forbidden)("%s of a module is an error", (what, _text) => {
  expect(about(`${product}/${fileOf(what)}`)).toEqual([expect.stringContaining("State of a module")]);
});

test.each(allowed)("%s is none", (what, _text) => {
  expect(about(`${product}/${fileOf(what)}`)).toEqual([]);
});

test.each(elsewhere)("%s may have some", (_what, path) => {
  expect(about(path)).toEqual([]);
});
