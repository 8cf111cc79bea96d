// The table of the suites is whole: a suite that it forgets would never run.
import { globSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "@jest/globals";
import { projectRoot } from "../../../lab/paths.ts";
import { groups, suites } from "../../suites.ts";

const files = globSync("test/{host,e2e}/*.test.ts", { cwd: projectRoot })
  .map((path) => path.slice("test/".length, -".test.ts".length))
  .sort();
const text = (name: string) => readFileSync(join(projectRoot, "test", `${name}.test.ts`), "utf8");

test("each file of test/host and test/e2e stands in it, and nothing else", () => {
  expect(Object.keys(suites).sort()).toEqual(files);
});

test.each(files)("%s runs somewhere, and on each release once", (name) => {
  const where = groups.filter((group) => group.suites.includes(name)).map(({ on }) => on);

  expect(where.length).toBeGreaterThan(0);
  expect(new Set(where).size).toBe(where.length);
});

test.each(files)("%s runs on a release exactly when it asks for one", (name) => {
  const asks = text(name).includes("\nonRelease(");
  const given = groups.filter((group) => group.suites.includes(name)).map(({ on }) => on !== "own");

  expect(new Set(given)).toEqual(new Set([asks]));
});
