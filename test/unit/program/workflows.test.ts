// The workflows of .github: foreign code is pinned, rights are few, no host is touched where nobody has asked for it, and the project's own
// tests are those of the README.
import { globSync, readFileSync } from "node:fs";
import { basename, join } from "node:path";
import { expect, test } from "@jest/globals";
import { parse } from "yaml";
import { projectRoot } from "../../../lab/paths.ts";

interface Job {
  readonly if?: string;
  readonly uses?: string;
  readonly steps?: readonly { readonly uses?: string; readonly run?: string }[];
}

const files = globSync(".github/workflows/*.yml", { cwd: projectRoot }).sort();
const textOf = (file: string) => readFileSync(join(projectRoot, file), "utf8");
const jobsOf = (file: string) => parse(textOf(file)).jobs as Record<string, Job>;

test("they are these", () => {
  expect(files.map((file) => basename(file, ".yml"))).toEqual([
    "drift",
    "mutation",
    "preview",
    "release",
    "test",
    "up",
  ]);
});

test.each(files)("%s: each action is pinned by its commit, with its version beside it", (file) => {
  const used = [...textOf(file).matchAll(/uses: (.+)/g)].map(([, action = ""]) => action);
  const foreign = used.filter((action) => !action.startsWith("./"));

  for (const action of foreign) expect(action).toMatch(/^[\w-]+\/[\w-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+$/);
});

test("an action has one version in all of them", () => {
  const used = files.flatMap((file) => [...textOf(file).matchAll(/uses: (\S+@.+)/g)].map(([, action = ""]) => action));
  const names = new Set(used.map((action) => action.split("@")[0]));

  expect(new Set(used).size).toBe(names.size);
});

test.each(files)("%s: a job may read the repository, and what it may besides it names itself", (file) => {
  expect(parse(textOf(file)).permissions).toMatchObject({ contents: "read" });
  expect(textOf(file)).not.toMatch(/write-all|pull_request_target/);
});

test.each(["drift", "preview", "up"])("%s runs only where the variable DEPLOY says so", (name) => {
  const jobs = Object.values(jobsOf(`.github/workflows/${name}.yml`));

  for (const job of jobs) expect(job.if).toMatch(/^vars\.DEPLOY == 'true'( &&|$)/);
});

test.each(["mutation", "release", "test"])("%s asks for no secret", (name) => {
  expect(textOf(`.github/workflows/${name}.yml`)).not.toContain("secrets.");
});

test("the tests of a change are those that the README names", () => {
  const [, command = ""] = /^(npm test) +# /m.exec(textOf("README.md")) ?? [];
  const commands = Object.values(jobsOf(".github/workflows/test.yml")).flatMap(({ steps = [] }) =>
    steps.map(({ run = "" }) => run),
  );

  expect(commands.join("\n")).toContain(command);
  expect(command).toBe("npm test");
});
