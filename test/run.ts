// `npm test`: checks the sources, sets up engine and hosts, runs the tests, and says plainly what could not be run and why.
// With `--all` (`npm run test:all`) the long ones too; test/suites.ts says which are.
import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Command, Option } from "commander";
import { execa } from "execa";
import { ensureEngine } from "../cli/engine/engine.ts";
import { runProgram } from "../cli/program.ts";
import { timed } from "../cli/progress.ts";
import { ensureBase } from "../lab/hosts/base.ts";
import { requireLoopback } from "../lab/hosts/loopback.ts";
import type { Obstacle } from "../lab/hosts/obstacle.ts";
import { offlineEngineObstacle, offlineObstacle } from "../lab/hosts/offline.ts";
import { findObstacle, requireLab } from "../lab/hosts/requirements.ts";
import { becomeRoot, rootObstacle } from "../lab/hosts/sudo.ts";
import { projectRoot } from "../lab/paths.ts";
import { jest, pathWithPackages } from "./jest.ts";
import { isFailureIn, leftOutReport, notAskedFor, onPurpose } from "./left-out.ts";
import { groups } from "./suites.ts";

interface JestReport {
  readonly numPassedTests: number;
  readonly numFailedTests: number;
  readonly numFailedTestSuites: number;
  readonly numPendingTests: number;
}

const environment: NodeJS.ProcessEnv = { ...process.env, PATH: pathWithPackages() };
const options = { cwd: projectRoot, env: environment, stdio: "inherit", reject: false } as const;

async function main(): Promise<number> {
  const program = new Command("test")
    .description("Checks the sources and runs the tests")
    .argument("[pattern...]", "only files below test/ whose path matches one of them; without any, the everyday ones")
    .option("--all", "without a pattern: the long ones too")
    .option("--without-hosts", "leave out what needs booted hosts, in a CI too")
    .addOption(new Option("--debian <release>", "only what runs on this release").choices(["11", "12", "13", "14"]))
    .parse();
  if (!existsSync(join(projectRoot, "node_modules", "jest")))
    throw new Error("the packages for the tests are not installed (npm ci --omit=dev?): run npm ci");
  const patterns = program.args;
  const { all, debian, withoutHosts } = program.opts<{ all?: true; debian?: string; withoutHosts?: true }>();
  // more of the runs that go on after a crash than there is time for every day
  if (all) {
    environment.CRASH_SECONDS ??= "900";
    environment.HISTORY_SECONDS ??= "400";
  }
  const onRelease = groups.filter(({ on }) => debian === undefined || String(on) === debian);
  const asked = onRelease.filter(({ when }) => all || patterns.length > 0 || when === "everyday");
  const leftOut = onRelease.filter((group) => !asked.includes(group));
  if (!withoutHosts && rootObstacle() === undefined) becomeRoot();
  const checked = await timed("checking types, style and the arrows between folders", () =>
    execa("npm", ["run", "--silent", "check"], options),
  );
  await requireLoopback();
  const obstacle = withoutHosts ? onPurpose : await findObstacleOfRun();
  if (obstacle === undefined) {
    await requireLab();
    await Promise.all([ensureEngine(), ensureBase(12), ensureBase(13)]);
  }
  const onHosts = obstacle === undefined ? asked.map(({ name }) => name) : [];
  const report = await runJest([...(debian === undefined ? ["unit"] : []), ...onHosts], patterns);
  const notRun = leftOutReport(obstacle, asked, patterns);
  for (const line of [...notAskedFor(leftOut), ...notRun]) process.stdout.write(`${line}\n`);
  const forbidden = notRun.length > 0 && isFailureIn(process.env, obstacle);
  if (forbidden)
    process.stdout.write("with CI set this is a failure; `npm test -- --without-hosts` leaves them out on purpose\n");
  return conclude(report, checked.exitCode === 0) && !forbidden ? 0 : 1;
}

async function findObstacleOfRun(): Promise<Obstacle | undefined> {
  return (await findObstacle()) ?? offlineObstacle([12, 13]) ?? (await offlineEngineObstacle());
}

async function runJest(projects: readonly string[], patterns: readonly string[]): Promise<JestReport> {
  if (projects.length === 0)
    return { numPassedTests: 0, numFailedTests: 0, numFailedTestSuites: 0, numPendingTests: 0 };
  const folder = mkdtempSync(join(tmpdir(), "sasl-mail-host-jest-"));
  try {
    const output = join(folder, "report.json");
    const desired = patterns.length === 0 ? [] : ["--testPathPatterns", ...patterns];
    // three at a time: on two cores, one of three waits for a daemon or for apt
    const flags = ["--ci", "--maxWorkers=3", "--json", `--outputFile=${output}`, "--selectProjects", ...projects];
    // the report also goes to stdout, which is for people: the file is for us
    await execa(process.execPath, [...jest, ...flags, ...desired], {
      ...options,
      stdio: ["ignore", "ignore", "inherit"],
    });
    return JSON.parse(readFileSync(output, "utf8")) as JestReport;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Prints the last line of the run; whether all that was run is well. */
function conclude(report: JestReport, checked: boolean): boolean {
  const failed = report.numFailedTests + (report.numFailedTests === 0 ? report.numFailedTestSuites : 0);
  if (!checked) process.stdout.write("npm run check failed: see the top of this output\n");
  const skipped = report.numPendingTests > 0 ? `, ${report.numPendingTests} skipped` : "";
  const skippedInCi = Boolean(process.env.CI) && report.numPendingTests > 0;
  if (skippedInCi) process.stdout.write("with CI set a skipped test is a failure\n");
  process.stdout.write(`${report.numPassedTests} passed, ${failed} failed${skipped}\n`);
  return failed === 0 && checked && !skippedInCi && report.numPassedTests > 0;
}

await runProgram("test", main);
