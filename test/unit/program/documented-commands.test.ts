// Each command block of the documents is known to the table that says how it is tried; so a new one can not go unnoticed.
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "@jest/globals";
import { projectRoot } from "../../../lab/paths.ts";
import { blocks, blocksIn } from "../../support/documentation.ts";
import { documentedCommands } from "../../support/documented-commands.ts";

const ways = Object.entries(documentedCommands).flatMap(([file, begins]) =>
  Object.entries(begins).map(([line, way]) => ({ name: `${file}: ${line}`, way })),
);

test("the table has each block of the documents once, and nothing else", () => {
  const written = blocks().map(({ file, begins }) => `${file}: ${begins}`);

  expect(ways.map(({ name }) => name).sort()).toEqual(written.sort());
});

test.each(ways)("$name", ({ way }) => {
  if ("notHere" in way) return expect(way.notHere).not.toBe("");
  const file = join(projectRoot, way.test);

  expect(existsSync(file)).toBe(true);
  expect(readFileSync(file, "utf8")).toContain(`test("${way.title}"`);
});

test("a block is named by its first command; those in lists are found too, samples of output are none", () => {
  const markdown = `
\`\`\`sh
# first
ls -l   # everything

\`\`\`

- a list:

  \`\`\`yaml
  config:
    a: 1
  \`\`\`

\`\`\`
$ printed
\`\`\`

\`\`\`ts
source();
\`\`\`
`;

  const found = blocksIn("a.md", markdown);

  expect(found).toEqual([
    { file: "a.md", kind: "sh", begins: "ls -l", text: "# first\nls -l   # everything\n\n" },
    { file: "a.md", kind: "yaml", begins: "config:", text: "config:\n  a: 1\n" },
  ]);
});
