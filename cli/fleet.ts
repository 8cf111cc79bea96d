// `npm run fleet`: the hosts of a stack's file as many ordinary stacks, its shards, run side by side by
// Pulumi's Automation API, which no other command loads.
import { availableParallelism } from "node:os";
import { createInterface } from "node:readline/promises";
import { Command, InvalidArgumentError } from "commander";
import type { Split } from "./fleet/plan.ts";
import type { Reports } from "./fleet/report.ts";
import { runProgram } from "./program.ts";

interface Options extends Split, Reports {
  readonly json?: true;
  readonly gitlab?: true;
  readonly yes?: true;
  readonly shardsAtOnce: number;
  readonly maxFailures: number;
  readonly canary: boolean;
  readonly parallel?: number;
}

await runProgram("fleet", async () => {
  let code: Promise<number> = Promise.resolve(0);
  const program = new Command("fleet")
    .description("The hosts of a stack's file as many ordinary stacks (shards), run side by side.")
    .showHelpAfterError("(fleet COMMAND --help has all)");
  const add = (name: string, description: string, work: (options: Options) => Promise<number>) =>
    program
      .command(name)
      .description(description)
      .option("-s, --stack <name>", "the stack whose file has the hosts; else the selected one")
      .option("--shard-size <hosts>", "about how many hosts a shard has, where there are no shards yet", whole, 50)
      .option("--shards <number>", "in how many shards the hosts are split; else in as many as there are", whole)
      .action((options: Options) => {
        code = work(options);
      });
  const looks = (name: string, description: string, task: "look" | "up" | "destroy") =>
    reporting(add(name, description, (options) => run(name, task, options)))
      .option("--only <shard...>", "these shards alone")
      .option(
        "--parallel <number>",
        "resources that one engine works on at once; else as many as the shard has hosts",
        whole,
      );
  const changes = (name: "up" | "destroy", description: string) =>
    looks(name, description, name)
      .option("--yes", "without asking")
      .option("--max-failures <hosts>", "begin no further shard after so many failed hosts", whole, 1)
      .option("--no-canary", "no shard goes first alone");
  looks("preview", "says what up would change; changes no host", "look");
  looks("drift", "the same, and ends with 7 where up would change something", "look");
  changes(
    "up",
    "brings the hosts to what the file says, the canary shard first; run again it goes on where it stopped",
  );
  changes("destroy", "gives all hosts back as they were before");
  reporting(add("status", "what the last runs saw, without asking a host", status));
  add("matrix", "the shards as the matrix of a CI, as JSON", matrix).option(
    "--gitlab",
    "as a child pipeline for GitLab",
  );
  add("move", "hands hosts over to the shards that they belong to now; touches no host", move);
  await program.parseAsync();
  return await code;
});

function reporting(command: Command): Command {
  return command
    .option("--json", "the summary as JSON")
    .option("--html <file>", "a report of all shards as one page")
    .option("--markdown [file]", "the report as Markdown; without a file printed")
    .option("--shards-at-once <number>", "how many engines run side by side", whole, availableParallelism());
}

function whole(text: string): number {
  if (!/^[1-9]\d{0,6}$/.test(text)) throw new InvalidArgumentError("must be a whole number from 1 on.");
  return Number(text);
}

async function run(command: string, task: "look" | "up" | "destroy", options: Options): Promise<number> {
  const [{ planFor }, { runFleet }, { counted, Display }, { statesOf, writeReports }, { asJson, exitOf, summaryOf }] =
    await Promise.all([
      import("./fleet/plan.ts"),
      import("./fleet/run.ts"),
      import("./fleet/display.ts"),
      import("./fleet/report.ts"),
      import("./fleet/summary.ts"),
    ]);
  const plan = await planFor(options);
  const hosts = plan.shards.reduce((sum, shard) => sum + shard.hosts.length, 0);
  const what = `${command} ${plan.base}: ${counted(hosts, "host")} in ${counted(plan.shards.length, "shard")}`;
  if (task !== "look" && !options.yes && !(await agreed(what))) return 1;
  const display = new Display(process.stderr, { hosts, shards: plan.shards.length });
  const { parallel, maxFailures, canary, shardsAtOnce: atOnce } = options;
  const rules = task === "look" ? { canary: false, maxFailures: Number.POSITIVE_INFINITY } : { canary, maxFailures };
  const parallelism = parallel === undefined ? {} : { parallel };
  const { end, seen } = await runFleet(plan, { command, task, atOnce, ...rules, ...parallelism }, display);
  // The states of all shards take longer to read than somebody who has asked for the end waits.
  if ((options.html ?? options.markdown) && !end.interrupted)
    await writeReports(options, plan, await statesOf(plan, atOnce), seen);
  // Markdown that is printed has the standard output for itself.
  const summary = options.markdown === true ? process.stderr : process.stdout;
  summary.write(`${options.json ? asJson(end) : summaryOf(end)}\n`);
  return exitOf(end);
}

async function agreed(what: string): Promise<boolean> {
  if (!process.stdin.isTTY) throw new Error(`${what}: nobody is there to agree; --yes does it without asking`);
  const question = createInterface({ input: process.stdin, output: process.stderr });
  const answer = await question.question(`${what}. Go on? (yes/no) `).finally(() => question.close());
  return answer.trim() === "yes";
}

async function status(options: Options): Promise<number> {
  const [{ planFor }, { statesOf, writeReports }, { statusInState }, { statusTable }] = await Promise.all([
    import("./fleet/plan.ts"),
    import("./fleet/report.ts"),
    import("./status-in-state.ts"),
    import("./status-table.ts"),
  ]);
  const plan = await planFor(options);
  const states = await statesOf(plan, options.shardsAtOnce);
  const all = Object.assign(
    {},
    ...plan.shards.map(({ stack, hosts }) => statusInState(states.get(stack) ?? { deployment: {} }, hosts)),
  );
  await writeReports(options, plan, states);
  if (options.markdown === true) return 0;
  const table = () => statusTable(all, new Date(), process.stdout.columns);
  process.stdout.write(`${options.json ? JSON.stringify(all, null, 2) : table()}\n`);
  return 0;
}

async function matrix(options: Options): Promise<number> {
  const [{ planFor }, { githubMatrix, gitlabPipeline }] = await Promise.all([
    import("./fleet/plan.ts"),
    import("./fleet/matrix.ts"),
  ]);
  const { base, count, shards } = await planFor(options);
  const rows = options.gitlab ? gitlabPipeline(base, shards, count) : githubMatrix(shards, count);
  process.stdout.write(`${JSON.stringify(rows)}\n`);
  return 0;
}

async function move(options: Options): Promise<number> {
  const [{ planFor }, { move }] = await Promise.all([import("./fleet/plan.ts"), import("./fleet/move.ts")]);
  await move(await planFor(options, { mayShrink: true }), (line) => void process.stdout.write(`${line}\n`));
  return 0;
}
