// docs/adding-a-resource.md, followed to the letter on a copy of the repository.
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, expect, jest, test } from "@jest/globals";
import { execa } from "execa";
import { projectRoot } from "../../../lab/paths.ts";
import { copyOfRepository, follow, instructionsIn, removeCopy } from "../../support/followed-page.ts";

// TypeScript reads the SDK and zod
jest.setTimeout(240_000);

const instructions = instructionsIn(readFileSync(join(projectRoot, "docs/adding-a-resource.md"), "utf8"));
const binary = (name: string) => join(projectRoot, "node_modules", ".bin", name);
let copy: string;

beforeAll(() => {
  copy = copyOfRepository();
  for (const instruction of instructions) follow(instruction, copy);
});

afterAll(() => removeCopy(copy));

test("a resource of a mail host is a definition, a line of the catalogue, a class, an entry of the recipe, and its test", () => {
  expect([...new Set(instructions.map(({ file }) => file))]).toEqual([
    "providers/resources/postfix/mail-name.ts",
    "providers/resources/catalogue.ts",
    "providers/pulumi/resources.ts",
    "providers/recipe/mail-host.ts",
    "test/unit/resources/mail-name.test.ts",
  ]);
});

test("then the product compiles, and the page's own test", async () => {
  const include = ["index.ts", "configuration", "cli", "providers", "test/unit/resources/mail-name.test.ts"];
  writeFileSync(join(copy, "tsconfig.page.json"), JSON.stringify({ extends: "./tsconfig.json", include }));

  const { stdout } = await execa(binary("tsc"), ["-p", "tsconfig.page.json"], { cwd: copy, reject: false });

  expect(stdout).toBe("");
});

test("what the page has written keeps the style", async () => {
  const files = new Set(instructions.map(({ file }) => file));
  const flags = ["check", "--vcs-enabled=false", "--colors=off", ...files];

  const { exitCode, stdout, stderr } = await execa(binary("biome"), flags, { cwd: copy, reject: false });

  expect([exitCode, exitCode === 0 || stdout + stderr]).toEqual([0, true]);
});

test("the page's own test passes", async () => {
  const node = ["--experimental-vm-modules", "--disable-warning=ExperimentalWarning", "node_modules/jest/bin/jest.js"];
  const flags = ["--selectProjects", "unit", "--testPathPatterns", "test/unit/resources/mail-name", "--json"];

  const { stdout } = await execa(process.execPath, [...node, ...flags], { cwd: copy, reject: false });

  expect(JSON.parse(stdout)).toMatchObject({ success: true, numFailedTests: 0, numPassedTests: 7 });
});
