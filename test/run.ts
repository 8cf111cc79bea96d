// `npm test`: checks the sources, sets up engine and hosts, runs the tests, and says plainly what could not be run and why.
// With `--all` (`npm run test:all`) the long ones too.
import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { Command } from "commander";
import { execa } from "execa";
import { ensureEngine } from "../cli/engine/engine.ts";
import { runProgram } from "../cli/program.ts";
import { step } from "../cli/progress.ts";
import { ensureBase } from "../lab/hosts/base.ts";
import { canBootHosts, requireLab } from "../lab/hosts/requirements.ts";
import { becomeRoot } from "../lab/hosts/sudo.ts";
import { projectRoot } from "../lab/paths.ts";

interface JestReport {
  readonly numPassedTests: number;
  readonly numFailedTests: number;
  readonly numFailedTestSuites: number;
  readonly numPendingTests: number;
}

/** Begins of the names of files below test/ that take minutes each and are about one part of the product: they are run when that changes. */
const long = [
  "e2e/adopted",
  "e2e/backends",
  "e2e/connections",
  "e2e/documented",
  "e2e/examples",
  "e2e/main-cf",
  "e2e/operations",
  "e2e/options",
  "e2e/pull-requests",
  "e2e/releases",
  "e2e/shapes",
  "e2e/shells",
  "e2e/tls",
  "e2e/containers-debian-12",
  "e2e/unasked-stop-debian-12",
  "host/journal-faults-debian-12",
  "host/packages-debian-12",
  "host/proof-debian-12",
  "host/second-person-debian-12",
  "host/smtpd-parameters",
  "host/shell-",
];

const environment = {
  ...process.env,
  PATH: [join(projectRoot, "node_modules", ".bin"), process.env.PATH].join(delimiter),
};
const options = { cwd: projectRoot, env: environment, stdio: "inherit", reject: false } as const;

async function main(): Promise<number> {
  const program = new Command("test")
    .description("Checks the sources and runs the tests")
    .argument("[pattern...]", "only files below test/ whose path matches one of them; without any, the everyday ones")
    .option("--all", "without a pattern: the long ones too")
    .parse();
  if (!existsSync(join(projectRoot, "node_modules", "jest")))
    throw new Error("the packages for the tests are not installed (npm ci --omit=dev?): run npm ci");
  const patterns = program.args;
  const leftOut = patterns.length === 0 && !program.opts<{ all?: true }>().all ? long : [];
  if (process.getuid?.() !== 0 && !(await execa("sudo", ["-n", "true"], { reject: false })).failed) becomeRoot();
  const checked = await step("checking types, style and the arrows between folders", () =>
    execa("npm", ["run", "--silent", "check"], options),
  );
  const reason = await canBootHosts();
  if (reason === undefined) {
    await requireLab();
    await Promise.all([ensureEngine(), ensureBase(12), ensureBase(13)]);
  }
  const projects = reason === undefined ? ["unit", "host", "e2e"] : ["unit"];
  const report = await runJest(projects, patterns, leftOut);
  return conclude(report, reason, checked.exitCode === 0, leftOut);
}

async function runJest(
  projects: readonly string[],
  patterns: readonly string[],
  leftOut: readonly string[],
): Promise<JestReport> {
  const folder = mkdtempSync(join(tmpdir(), "sasl-mail-host-jest-"));
  try {
    const output = join(folder, "report.json");
    const jest = join(projectRoot, "node_modules", "jest", "bin", "jest.js");
    const wanted = [
      ...(patterns.length === 0 ? [] : ["--testPathPatterns", ...patterns]),
      ...leftOut.flatMap((name) => ["--testPathIgnorePatterns", `/test/${name}`]),
    ];
    // three at a time: on two cores, one of three waits for a daemon or for apt
    const flags = ["--ci", "--maxWorkers=3", "--json", `--outputFile=${output}`, "--selectProjects", ...projects];
    await execa(
      process.execPath,
      ["--experimental-vm-modules", "--disable-warning=ExperimentalWarning", jest, ...flags, ...wanted],
      {
        ...options,
        // the report also goes to stdout, which is for people: the file is for us
        stdio: ["ignore", "ignore", "inherit"],
      },
    );
    return JSON.parse(readFileSync(output, "utf8")) as JestReport;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function conclude(
  report: JestReport,
  reason: string | undefined,
  checked: boolean,
  leftOut: readonly string[],
): number {
  const failed = report.numFailedTests + (report.numFailedTests === 0 ? report.numFailedTestSuites : 0);
  if (!checked) process.stdout.write("npm run check failed: see the top of this output\n");
  if (reason !== undefined) {
    process.stdout.write(`skipped: test/host and test/e2e, all of them: ${reason}\n`);
    if (process.env.CI) process.stdout.write("with CI set a skipped test is a failure\n");
  }
  if (leftOut.length > 0)
    process.stdout.write(`not asked for: test/{${leftOut.join(",")}}; \`npm run test:all\` has them\n`);
  const skipped = report.numPendingTests > 0 ? `, ${report.numPendingTests} skipped` : "";
  process.stdout.write(`${report.numPassedTests} passed, ${failed} failed${skipped}\n`);
  const skippedInCi = Boolean(process.env.CI) && (reason !== undefined || report.numPendingTests > 0);
  return failed === 0 && checked && !skippedInCi && report.numPassedTests > 0 ? 0 : 1;
}

await runProgram("test", main);
