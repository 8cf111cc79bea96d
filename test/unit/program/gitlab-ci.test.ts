// The example for GitLab: the commands of the workflows for GitHub, which a test runs, and the same precautions.
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "@jest/globals";
import { parse } from "yaml";
import { projectRoot } from "../../../lab/paths.ts";

interface Job {
  readonly extends?: string;
  readonly script?: readonly string[];
  readonly rules?: readonly { readonly if: string }[];
  readonly interruptible?: boolean;
  readonly resource_group?: string;
  readonly environment?: { readonly name: string };
  readonly stage?: string;
}

const read = (file: string) => parse(readFileSync(join(projectRoot, file), "utf8"));
const pipeline = read("examples/gitlab-ci/.gitlab-ci.yml") as { stages: string[] } & Record<string, Job>;
const { stages, default: _default, ...written } = pipeline;
const jobs = Object.entries(written)
  .filter(([name]) => !name.startsWith("."))
  .map(([name, job]): [string, Job] => [name, { ...written[job.extends ?? ""], ...job }]);

test("the jobs are previews, and for each stack what changes its hosts and what looks at them", () => {
  const names = ["preview", "up staging", "up production", "drift staging", "drift production"];

  expect(jobs.map(([name]) => name)).toEqual(names);
  for (const [, { stage }] of jobs) expect(stages).toContain(stage);
});

test.each([
  ["up", "staging"],
  ["up", "production"],
  ["drift", "staging"],
])("%s of %s runs the command of the workflow for GitHub", (what, stack) => {
  const [, job] = jobs.find(([name]) => name === `${what} ${stack}`) ?? [];
  const steps = Object.values(
    read(`.github/workflows/${what}.yml`).jobs as Record<string, { steps: { run?: string }[] }>,
  );
  const commands = steps.flatMap((each) => each.steps.map(({ run = "" }) => run));

  const [command = ""] = job?.script?.slice(-1) ?? [];

  expect(commands).toContain(command.replace('"$CI_ENVIRONMENT_NAME"', what === "up" ? stack : '"$STACK"'));
});

test("the previews are those of the workflow for GitHub", () => {
  const [, job] = jobs.find(([name]) => name === "preview") ?? [];
  const { steps } = read(".github/workflows/preview.yml").jobs.preview as { steps: { run?: string }[] };
  const scripts = (lines: readonly string[]) =>
    lines.flatMap((line) => line.match(/sh \.github\/preview\.sh \w+/g) ?? []);

  expect(scripts(job?.script ?? [])).toEqual(scripts(steps.map(({ run = "" }) => run)));
});

test("each script that it calls is there", () => {
  const called = jobs.flatMap(([, { script = [] }]) =>
    script.flatMap((line) => line.match(/\.github\/\S+\.sh/g) ?? []),
  );

  expect(called.length).toBeGreaterThan(0);
  for (const file of called) expect(existsSync(join(projectRoot, file))).toBe(true);
});

test.each(jobs)("%s runs only where the variable DEPLOY says so", (_name, { rules = [] }) => {
  expect(rules.length).toBeGreaterThan(0);
  for (const rule of rules) expect(rule.if).toMatch(/^\$DEPLOY == "true" && /);
});

test.each(jobs.filter(([name]) => name !== "preview"))(
  "%s is alone on the hosts of its stack, and is never cancelled",
  (name, { interruptible, resource_group, environment }) => {
    const stack = name.split(" ")[1];

    expect({ interruptible, resource_group, name: environment?.name }).toEqual({
      interruptible: false,
      resource_group: `hosts-${stack}`,
      name: stack,
    });
  },
);
