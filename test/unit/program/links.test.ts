// The pages of the documentation lead to each other: every relative link ends at a file that is there, and at a heading in it.
import { existsSync, globSync, readFileSync } from "node:fs";
import { dirname, join, normalize } from "node:path";
import { expect, test } from "@jest/globals";
import { projectRoot } from "../../../lab/paths.ts";

const pages = globSync(["*.md", "docs/**/*.md", "examples/*.md"], { cwd: projectRoot });

test.each(pages)("%s leads nowhere that is not there", (page) => {
  const dead = linksIn(page).filter(({ file, heading }) => {
    if (!existsSync(join(projectRoot, file))) return true;
    return heading !== undefined && !anchorsOf(file).includes(heading);
  });

  expect(dead).toEqual([]);
});

function linksIn(page: string): { file: string; heading: string | undefined }[] {
  const targets = [...textOf(page).matchAll(/\]\(([^)\s]+)\)/g)].map(([, target = ""]) => target);
  return targets
    .filter((target) => !/^[a-z]+:/.test(target))
    .map((target) => {
      const [path = "", heading] = target.split("#");
      return { file: path === "" ? page : normalize(join(dirname(page), path)), heading };
    });
}

/** As GitHub makes them: lower case, without punctuation, dashes for spaces. */
function anchorsOf(page: string): string[] {
  return [...textOf(page).matchAll(/^#+ (.+)$/gm)].map(([, title = ""]) =>
    title
      .toLowerCase()
      .replace(/[^\p{Letter}\p{Number}\p{Mark}_ -]/gu, "")
      .replaceAll(" ", "-"),
  );
}

/** Without blocks of code: a comment in one looks like a heading. */
function textOf(page: string): string {
  return readFileSync(join(projectRoot, page), "utf8").replace(/^```.*?^```/gms, "");
}
