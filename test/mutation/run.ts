// `npm run test:mutation [-- folder…]`: Stryker changes one place of the product after the other, and a test must fail for each; what survives is
// printed and kept in .lab/mutation. Fails below the threshold of stryker.config.mjs.
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { Command } from "commander";
import { execa } from "execa";
import { runProgram } from "../../cli/program.ts";
import { projectRoot } from "../../lab/paths.ts";
import { pathWithPackages } from "../jest.ts";
import { type MutationReport, scoreOf, survivorsOf } from "./report.ts";

/** What decides and what runs on a host; pulumi/ and recipe/ are bindings and data. */
const folders = ["core", "facts", "steps", "resources", "transaction", "engine", "host"];

async function main(): Promise<number> {
  const program = new Command("test:mutation")
    .description("Shows that the tests notice wrong lines")
    .argument("[folder...]", `folders or files below providers/; without any: ${folders.join(", ")}`)
    .option("--concurrency <number>", "how many mutants at a time", "2")
    .parse();
  const asked = program.args.length === 0 ? folders : program.args;
  const { concurrency } = program.opts<{ concurrency: string }>();
  let failed = 0;
  for (const folder of asked) failed += await mutate(folder.replace(/^providers\/|\/$/g, ""), concurrency);
  return failed === 0 ? 0 : 1;
}

/** The exit code of Stryker: 1 below the threshold, or where a test fails without any mutant. */
async function mutate(folder: string, concurrency: string): Promise<number> {
  const stryker = join(projectRoot, "node_modules", "@stryker-mutator", "core", "bin", "stryker.js");
  const files = folder.endsWith(".ts") ? `providers/${folder}` : `providers/${folder}/**/*.ts`;
  const { exitCode } = await execa(
    process.execPath,
    [stryker, "run", "--mutate", files, "--concurrency", concurrency],
    { cwd: projectRoot, env: { PATH: pathWithPackages() }, stdio: "inherit", reject: false },
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
