// `npm run bench:fleet`: a run with nothing to do on many hosts, and the bare engine with as many resources: time, memory and open files
// for each further host. The hosts are SSH servers that answer as a real one did. Prints a line of JSON for each row.
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Command, Option } from "commander";
import { heedClosedOutput } from "../../cli/program.ts";
import { becomeRoot } from "../../lab/hosts/sudo.ts";
import { measure, median } from "../measure.ts";
import { startFakes } from "./fakes.ts";
import { bareFleet, type Fleet, ourFleet } from "./jobs.ts";
import { watchProcesses } from "./processes.ts";
import { record } from "./record.ts";
import type { Recording } from "./recording.ts";

const program = new Command("bench:fleet")
  .description("Measures a run with nothing to do on many hosts.")
  .option("--hosts <number...>", "how many hosts", (text, all: number[] = []) => [...all, Number(text)])
  .option("--runs <number>", "runs of each, after one that fills the caches", Number, 3)
  .option("--recording <folder>", "what a real host answers: used if it is there, else made")
  .option("--with <argument...>", "further arguments of `up`, such as run-program=false", [])
  .option(
    "--mute",
    "the last host takes the connection and never says a word: the runs fail, and are measured all the same",
  )
  .addOption(new Option("--of <contender...>", "who is measured").choices(["ours", "bare"]).default(["ours", "bare"]))
  .parse();
const options = program.opts<{
  hosts?: number[];
  runs: number;
  recording?: string;
  with: string[];
  mute?: true;
  of: string[];
}>();
const { hosts: counts = [1, 20, 200, 1000], runs, mute = false, of } = options;

heedClosedOutput("bench:fleet");
becomeRoot();
const folder = mkdtempSync(join(tmpdir(), "sasl-fleet-"));
try {
  const recording = of.includes("ours") ? await recordingIn(options.recording ?? folder) : undefined;
  for (const count of counts) {
    if (recording !== undefined) {
      const place = made(`ours-${count}`);
      await using fakes = await startFakes(place, count, recording.answersFile, { mute });
      await report("ours", count, await ourFleet(place, recording, fakes), fakes.pid);
    }
    if (of.includes("bare")) await report("bare", count, await bareFleet(made(`bare-${count}`), count));
  }
} finally {
  rmSync(folder, { recursive: true, force: true });
}

async function recordingIn(kept: string): Promise<Recording> {
  const place = join(kept, "recording.json");
  if (!existsSync(place)) {
    mkdirSync(kept, { recursive: true });
    writeFileSync(place, JSON.stringify(await record(kept)));
  }
  return JSON.parse(readFileSync(place, "utf8"));
}

function made(name: string): string {
  const place = join(folder, name);
  mkdirSync(place);
  return place;
}

/** With the number of open files that Debian gives a login. */
async function report(who: string, hosts: number, { job, stateFile }: Fleet, except?: number): Promise<void> {
  const further = options.with.map((word) => `--${word}`);
  const words = ["sh", "-c", 'ulimit -Sn 1024; "$@" || $ALLOWED', "sh", ...job.apply.argv, ...further];
  const command = { ...job.apply, argv: words, env: { ...job.apply.env, ALLOWED: mute ? "true" : "false" } };
  await measure(command);
  const watch = watchProcesses(except);
  const figures = [];
  for (let run = 0; run < runs; run += 1) figures.push(await measure(command));
  const { roles, nodeMemory } = watch.stop();
  const row = {
    who,
    hosts,
    wall: median(figures.map(({ wall }) => wall)),
    cpu: median(figures.map(({ cpu }) => cpu)),
    nodeMemory,
    roles,
    stateKiBPerHost: statSync(stateFile).size / 1024 / hosts,
  };
  const rounded = (_key: string, value: unknown) => (typeof value === "number" ? Number(value.toFixed(2)) : value);
  process.stdout.write(`${JSON.stringify(row, rounded)}\n`);
}
