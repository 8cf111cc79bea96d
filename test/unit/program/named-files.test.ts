// The files that the documents name in words are there, under that path.
import { globSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "@jest/globals";
import { projectRoot } from "../../../lab/paths.ts";

/** Files that a reader is to make, or that stand for any. */
const madeUp = new Set([
  "providers/resources/postfix/mail-name.ts",
  "test/unit/resources/mail-name.test.ts",
  "./index.ts",
  "./x.ts",
  "./dist/x.d.ts",
  ".github/workflows/fleet.yml",
  ".gitlab/fleet.yml",
  ".gitlab-ci.yml",
]);

const left = /(^|\/)(node_modules|dist|\.git|\.lab|coverage)$/;
const pages = globSync(["*.md", "{docs,examples,policy,providers,.github}/**/*.md"], {
  cwd: projectRoot,
  exclude: (name) => left.test(name),
}).filter((page) => !["docs/glossary.md", "CHANGELOG.md"].includes(page));
const files = globSync(["**/*.{ts,mjs,cjs,sh,yml}", ".*.{cjs,yml}", ".github/**/*.{sh,yml}"], {
  cwd: projectRoot,
  exclude: (name) => left.test(name),
});
const known = files.map((file) => `/${file}`);

test.each(pages)("%s names no file that is not there", (page) => {
  const named = [...readFileSync(join(projectRoot, page), "utf8").matchAll(/`([\w./-]+\.(?:ts|mjs|cjs|sh|yml))`/g)];

  const gone = named
    .map(([, file = ""]) => file)
    .filter((file) => !madeUp.has(file) && !known.some((path) => path.endsWith(`/${file}`)));

  expect(gone).toEqual([]);
});
