// `npm run test:faults`: carries out the rows that are named, or all that have no result yet, and
// writes docs/faults.md.
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { Command, Option } from "commander";
import { ensureEngine } from "../../cli/engine/engine.ts";
import { runProgram } from "../../cli/program.ts";
import { type Debian, destroyHosts } from "../../lab/hosts/index.ts";
import { requireLab } from "../../lab/hosts/requirements.ts";
import { becomeRoot } from "../../lab/hosts/sudo.ts";
import { projectRoot } from "../../lab/paths.ts";
import { carryOut } from "./carry-out.ts";
import type { Fault } from "./fault.ts";
import { pageOf } from "./page.ts";
import { Prepared } from "./prepared.ts";
import { hasOutcome, keepOutcome, readOutcomes } from "./results.ts";
import { faults, notRun } from "./table.ts";

async function main(): Promise<number> {
  const program = new Command("test:faults")
    .description("Carries out rows of the fault table on booted hosts, and writes docs/faults.md")
    .argument("[row...]", "ids, or beginnings of ids; without any, all that have no result yet")
    .addOption(new Option("--debian <release...>", "Debian's releases").choices(["12", "13"]).default(["12", "13"]))
    .option("--parallel <hosts>", "how many hosts at a time", "2")
    .option("--again", "also rows that have a result")
    .option("--page", "writes the page from the results that there are, and runs nothing")
    .option("--list", "prints the rows")
    .parse();
  const options = program.opts<{ debian: string[]; parallel: string; again?: true; page?: true; list?: true }>();
  if (options.list) {
    for (const { id, fault } of faults) process.stdout.write(`${id}: ${fault}\n`);
    return 0;
  }
  const named = (id: string) => program.args.length === 0 || program.args.some((start) => id.startsWith(start));
  // to be ready for rows of another kind takes a host two runs of its own
  const asked = faults
    .filter(({ id }) => named(id))
    .sort((a, b) => Number(a.start === "bare") - Number(b.start === "bare"));
  if (asked.length === 0) throw new Error("no row begins like that: --list shows all");
  let wrong = 0;
  if (!options.page) {
    becomeRoot();
    await requireLab();
    await ensureEngine();
    const releases = options.debian.map((release) => Number(release) as Debian);
    const again = options.again === true || program.args.length > 0;
    const queues = new Map(
      releases.map((debian) => [
        debian,
        asked.filter(({ id, on }) => (on ?? [12, 13]).includes(debian as 12) && (again || !hasOutcome(id, debian))),
      ]),
    );
    wrong = await runAll(queues, Number(options.parallel));
  }
  writePage();
  return wrong === 0 ? 0 : 1;
}

/** Hosts of the releases in turn; each takes the next row of its release. */
async function runAll(queues: ReadonlyMap<Debian, Fault[]>, parallel: number): Promise<number> {
  const releases = [...queues].filter(([, rows]) => rows.length > 0).map(([debian]) => debian);
  const workers = Array.from({ length: parallel }, (_, index) => releases[index % releases.length]);
  // with fewer hosts than releases, a host is followed by one of the next release
  const chains = workers.map((debian, index) =>
    [debian, ...(parallel < releases.length ? releases.slice(parallel) : [])].map((each) => ({ debian: each, index })),
  );
  let wrong = 0;
  const work = async (chain: readonly { debian: Debian | undefined; index: number }[]) => {
    for (const { debian, index } of chain) {
      const queue = debian === undefined ? [] : (queues.get(debian) ?? []);
      if (debian !== undefined && queue.length > 0)
        wrong += await onOneHost(`faults${debian}-${process.pid}-${index}`, debian, queue);
    }
  };
  await Promise.all(chains.map(work));
  return wrong;
}

async function onOneHost(name: string, debian: Debian, queue: Fault[]): Promise<number> {
  const prepared = await Prepared.of(name, debian);
  let wrong = 0;
  try {
    for (let fault = queue.shift(); fault !== undefined; fault = queue.shift()) {
      const { id } = fault;
      const outcome = await carryOut(fault, prepared).catch((error: Error) => {
        process.stderr.write(`faults: Debian ${debian}, ${id} could not be carried out: ${error.stack}\n`);
      });
      // a row without an outcome stands on the page as not carried out
      if (outcome === undefined) {
        wrong += 1;
        continue;
      }
      keepOutcome(outcome);
      if (outcome.wrong.length > 0) wrong += 1;
      const verdict = outcome.wrong.length === 0 ? "as it should" : `NOT: ${outcome.wrong.join(" | ")}`;
      process.stderr.write(`faults: Debian ${debian}, ${outcome.id}, ${outcome.seconds} s: ${verdict}\n`);
    }
  } finally {
    await prepared.forget();
    await destroyHosts(`${prepared.host.name}-other`);
  }
  return wrong;
}

function writePage(): void {
  const file = join(projectRoot, "docs/faults.md");
  writeFileSync(file, pageOf(faults, notRun, readOutcomes()));
  process.stderr.write(`faults: ${readFileSync(file, "utf8").match(/^\*\*.*$/m)?.[0] ?? ""}\n`);
}

await runProgram("test:faults", main);
