// Runs the commands of a workflow of GitHub Actions here: what a runner would do, without GitHub.
import { cpSync, globSync, mkdirSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { join, relative } from "node:path";
import { execa } from "execa";
import { parse } from "yaml";
import { projectRoot } from "../../lab/paths.ts";

interface Step {
  readonly run?: string;
  readonly uses?: string;
  readonly with?: Readonly<Record<string, unknown>>;
  readonly if?: string;
  readonly env?: Record<string, string>;
}

interface Workflow {
  readonly jobs: Record<string, { readonly env?: Record<string, string>; readonly steps: readonly Step[] }>;
}

export interface Runner {
  /** The checked-out project. */
  readonly folder: string;
  readonly environment: NodeJS.ProcessEnv;
  /** What stands between `${{` and `}}`, and its value. */
  readonly expressions: Readonly<Record<string, string>>;
}

export interface JobRun {
  readonly exitCode: number;
  readonly output: string;
  /** What the job put into the run's summary. */
  readonly summary: string;
  /** What the job left for later steps in the environment. */
  readonly environment: Readonly<Record<string, string>>;
}

/** What GitHub calls the repository that a workflow runs for. */
export const repository = "mail/hosts";

/** As `actions/checkout` and `npm ci` leave a project: without tests, and with this checkout's packages, each by a link. */
export function checkOut(target: string): void {
  const left = new Set(["node_modules", ".git", ".lab", "test", "docs", "bench", "coverage"]);
  cpSync(projectRoot, target, { recursive: true, filter: (source) => !left.has(relative(projectRoot, source)) });
  const modules = join(target, "node_modules");
  mkdirSync(modules);
  for (const entry of readdirSync(join(projectRoot, "node_modules")).filter((name) => name !== ".package-lock.json")) {
    symlinkSync(join(projectRoot, "node_modules", entry), join(modules, entry));
  }
  // newer than package-lock.json: nothing is to be installed
  writeFileSync(join(modules, ".package-lock.json"), "{}");
}

export function workflowFile(project: string, name: string): string {
  return join(project, ".github/workflows", `${name}.yml`);
}

/**
 * All `run:` commands of a job in their order, except `npm ci`: the checkout has its packages. After a failure only those that say so.
 * A job that checks nothing out begins in an empty folder, and has what an earlier job has uploaded and it downloads.
 */
export async function runJob(runner: Runner, workflow: string, job: string): Promise<JobRun> {
  const { jobs } = parse(readFileSync(workflowFile(runner.folder, workflow), "utf8")) as Workflow;
  const { env: ofJob = {}, steps } = jobs[job] ?? { steps: [] };
  const files = {
    GITHUB_ENV: join(runner.folder, "github-env"),
    GITHUB_STEP_SUMMARY: join(runner.folder, "github-summary"),
  };
  for (const file of Object.values(files)) writeFileSync(file, "");
  const left = () => Object.fromEntries(lines(files.GITHUB_ENV).map((line) => line.split(/=(.*)/s, 2)));
  const outputs: string[] = [];
  const cwd = steps.some(({ uses }) => isAction(uses, "checkout"))
    ? runner.folder
    : emptyFolder(join(runner.folder, `github-${job}`));
  let exitCode = 0;
  for (const step of steps) {
    const { run, env = {}, if: condition = "" } = step;
    if (exitCode !== 0 && !condition.includes("!cancelled()")) continue;
    passFiles(step, cwd, join(runner.folder, "github-artifacts"));
    if (run === undefined || run.startsWith("npm ci")) continue;
    const given = { ...evaluated(runner, ofJob), ...evaluated(runner, env) };
    const result = await execa("bash", ["-e", "-c", run], {
      cwd,
      env: { ...runner.environment, GITHUB_REPOSITORY: repository, ...files, ...left(), ...given },
      extendEnv: false,
      reject: false,
      all: true,
      stdin: "ignore",
    });
    outputs.push(result.all);
    exitCode = exitCode === 0 ? (result.exitCode ?? 1) : exitCode;
  }
  return {
    exitCode,
    output: outputs.join("\n"),
    summary: lines(files.GITHUB_STEP_SUMMARY).join("\n"),
    environment: left(),
  };
}

/** What `actions/upload-artifact` and `actions/download-artifact` do. */
function passFiles({ uses, with: given = {} }: Step, cwd: string, artifacts: string): void {
  const artifact = join(artifacts, String(given.name));
  if (isAction(uses, "download-artifact")) cpSync(artifact, cwd, { recursive: true });
  if (!isAction(uses, "upload-artifact")) return;
  const patterns = String(given.path).split("\n").filter(Boolean);
  for (const file of globSync(patterns, { cwd })) cpSync(join(cwd, file), join(artifact, file));
}

function isAction(uses: string | undefined, name: string): boolean {
  return uses?.startsWith(`actions/${name}@`) ?? false;
}

function emptyFolder(folder: string): string {
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder);
  return folder;
}

function lines(file: string): string[] {
  return readFileSync(file, "utf8").split("\n").filter(Boolean);
}

/** An expression that the runner does not know is an error: the test must know what a workflow asks for. */
function evaluated({ expressions }: Runner, environment: Record<string, string>): Record<string, string> {
  const value = (text: string) =>
    text.replaceAll(/\$\{\{ *(.+?) *\}\}/g, (_all, name: string) => {
      const known = expressions[name];
      if (known === undefined) throw new Error(`the workflow asks for ${name}, which this test does not give`);
      return known;
    });
  return Object.fromEntries(Object.entries(environment).map(([name, text]) => [name, value(text)]));
}
