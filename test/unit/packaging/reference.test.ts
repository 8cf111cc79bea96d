// The resource reference: the page says what the comments in providers/ say, and a comment that is missing is found.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, jest, test } from "@jest/globals";
import { projectRoot } from "../../../lab/paths.ts";
import { markdown } from "../../../packaging/reference/markdown.ts";
import { withoutDefault } from "../../../packaging/reference/program.ts";
import { type Section, sections } from "../../../packaging/reference/sections.ts";
import { catalogue } from "../../../providers/resources/catalogue.ts";

// TypeScript reads the SDK and zod
jest.setTimeout(60_000);

const found = sections(join(projectRoot, "providers"));

test("docs/reference.md is what `npm run reference` makes of the comments", () => {
  const page = readFileSync(join(projectRoot, "docs/reference.md"), "utf8");

  expect(page).toBe(markdown(found));
});

test.each(Object.entries(catalogue))("%s has all of its inputs in it, with their defaults", (kind, { schema }) => {
  const { inputs } = found.find(({ title }) => title === kind) as Section;
  const outer = inputs.filter(({ name }) => !name.includes("."));

  const defaults = Object.entries(schema.shape).map(([name, field]) => {
    const { type, defaultValue } = field.def as { type: string; defaultValue?: unknown };
    return [name, type === "default" ? defaultValue : undefined];
  });

  expect(outer.map(({ name }) => name)).toEqual(defaults.map(([name]) => name));
  for (const [name, value] of defaults.filter(([, known]) => known !== undefined)) {
    const told = outer.find((field) => field.name === name)?.byDefault?.replaceAll("`", "") ?? "";
    // as JavaScript it is the value itself
    expect(new Function(`return (${told})`)()).toEqual(value);
  }
});

test.each([
  ["Days. Default 21.", "Days.", "`21`"],
  [
    "A file. Default: what ssh_config says, else ~/.ssh/known_hosts.",
    "A file.",
    "what ssh_config says, else ~/.ssh/known_hosts",
  ],
  ["The default one is taken.", "The default one is taken.", undefined],
])("the default is taken out of a comment: %s", (comment, meaning, byDefault) => {
  expect(withoutDefault(comment)).toEqual({ meaning, byDefault });
});

test("what has a meaning in a table of Markdown stays what it is", () => {
  const field = {
    name: "a",
    type: '"x" | "y"',
    byDefault: undefined,
    required: true,
    meaning: "one | two <name> `a|b`",
  };
  const section = { ...(found[0] as Section), title: "A", kind: "inputs", inputs: [field] } as const;

  expect(markdown([section])).toContain('| **`a`** | `"x" \\| "y"` |  | one \\| two \\<name> `a\\|b` |');
});
