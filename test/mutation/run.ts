// `npm run test:mutation [-- folder…]`: Stryker changes one place of the product after the other, and a test must fail for each; what survives is
// printed and kept in .lab/mutation. Fails below the threshold of stryker.config.mjs.
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { Command } from "commander";
import { execa } from "execa";
import { runProgram } from "../../cli/program.ts";
import { timed } from "../../cli/progress.ts";
import { projectRoot } from "../../lab/paths.ts";
import { pathWithPackages } from "../jest.ts";
import { type MutationReport, scoreOf, survivorsOf } from "./report.ts";

/** What decides and what runs on a host; pulumi/ and recipe/ are bindings and data. */
const folders = ["core", "facts", "steps", "resources", "transaction", "engine"];

/** Where Stryker is installed: what it shares with the package would be missing in the package's SBOM (npm sbom leaves it out). */
const tool = join(projectRoot, ".lab", "mutation-tool");

async function ensureTool(): Promise<void> {
  const names = ["package.json", "package-lock.json"];
  const given = (name: string) => readFileSync(join(projectRoot, "test", "mutation", "tool", name));
  const isThere = (name: string) => existsSync(join(tool, name)) && readFileSync(join(tool, name)).equals(given(name));
  if (names.every(isThere) && existsSync(join(tool, "node_modules"))) return;
  mkdirSync(tool, { recursive: true });
  await timed("installing Stryker", async () => {
    for (const name of names) writeFileSync(join(tool, name), given(name));
    await execa("npm", ["ci", "--no-audit", "--no-fund"], { cwd: tool, stdio: "inherit" });
  });
}

async function main(): Promise<number> {
  const program = new Command("test:mutation")
    .description("Shows that the tests notice wrong lines")
    .argument("[folder...]", `folders or files below providers/; without any: ${folders.join(", ")}`)
    .option("--tests <folders>", "folders of test/unit, with commas: for a quick look; without it all that need no SDK")
    .option("--as-root", "on a machine that may be lost: mutants are wrong scripts, and tests really run them")
    .option("--concurrency <number>", "how many mutants at a time", "2")
    .parse();
  const asked = program.args.length === 0 ? folders : program.args;
  const options = program.opts<{ concurrency: string; tests?: string; asRoot?: true }>();
  if (process.getuid?.() === 0 && !options.asRoot)
    throw new Error(
      "mutants are wrong scripts, and tests really run them: start this as a user without rights, or say --as-root",
    );
  await ensureTool();
  let failed = 0;
  for (const folder of asked) failed += await mutate(folder.replace(/^providers\/|\/$/g, ""), options);
  return failed === 0 ? 0 : 1;
}

/** The exit code of Stryker: 1 below the threshold, or where a test fails without any mutant. */
async function mutate(
  folder: string,
  { concurrency, tests }: { concurrency: string; tests?: string },
): Promise<number> {
  const stryker = join(tool, "node_modules", "@stryker-mutator", "core", "bin", "stryker.js");
  const files = folder.endsWith(".ts") ? `providers/${folder}` : `providers/${folder}/**/*.ts`;
  const { exitCode } = await execa(
    process.execPath,
    [stryker, "run", "--mutate", files, "--concurrency", concurrency],
    {
      cwd: projectRoot,
      env: { PATH: pathWithPackages(), ...(tests === undefined ? {} : { MUTATION_TESTS: tests }) },
      stdio: "inherit",
      reject: false,
    },
  );
  const report = JSON.parse(readFileSync(join(projectRoot, ".lab", "mutation.json"), "utf8")) as MutationReport;
  const survivors = survivorsOf(report);
  const kept = join(projectRoot, ".lab", "mutation");
  mkdirSync(kept, { recursive: true });
  writeFileSync(join(kept, `${folder.replaceAll("/", "-")}.txt`), `${survivors.join("\n")}\n`);
  for (const line of survivors) process.stdout.write(`${line}\n`);
  process.stdout.write(`${folder}: ${scoreOf(report)}\n`);
  return exitCode ?? 1;
}

await runProgram("test:mutation", main);
