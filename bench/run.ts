// `npm run bench [-- case…]`: side by side with the peers on throw-away hosts, medians of several runs. Writes docs/benchmark.{json,md,svg}.
import { mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Command, InvalidArgumentError, Option } from "commander";
import { heedClosedOutput } from "../cli/program.ts";
import type { Debian } from "../lab/hosts/index.ts";
import { requireLab } from "../lab/hosts/requirements.ts";
import { becomeRoot } from "../lab/hosts/sudo.ts";
import { type Case, cases } from "./cases.ts";
import { writeReport } from "./report.ts";
import { runCase } from "./run-case.ts";

const names = cases.map(({ name }) => name);
const program = new Command("bench")
  .description(`Measures this project and its peers. Cases: ${names.join(", ")}`)
  .argument("[case...]", "what to measure; without any, all of them", (name: string, all: string[] = []) => {
    if (!names.includes(name)) throw new InvalidArgumentError(`there is: ${names.join(", ")}`);
    return [...all, name];
  })
  .option("--runs <number>", "runs of each contender, in turn", Number, 5)
  .addOption(new Option("--debian <release...>", "Debian's releases").choices(["12", "13"]).default(["12", "13"]))
  .parse();
const { runs, debian } = program.opts<{ runs: number; debian: string[] }>();
const wanted: readonly Case[] = cases.filter(({ name }) => program.args.length === 0 || program.args.includes(name));

heedClosedOutput("bench");
becomeRoot();
await requireLab();
const folder = mkdtempSync(join(tmpdir(), "sasl-bench-"));
try {
  for (const one of wanted) {
    for (const release of debian) {
      const place = join(folder, `${one.name}-${release}`);
      mkdirSync(place);
      writeReport(await runCase(one, Number(release) as Debian, runs, place));
    }
  }
} finally {
  rmSync(folder, { recursive: true, force: true });
}
