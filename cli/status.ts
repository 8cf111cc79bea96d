// `npm run status`: the results of the last run for each host, from the stack alone (as a table,
// --json, --prometheus, or with --proof the dialogue of a host's proof), or with --now as each host
// is at this moment.
import { Command, Option } from "commander";
import { runProgram } from "./program.ts";
import { checkpointOf, hostsOf } from "./stack/contents.ts";
import { stackReader } from "./stack/reader.ts";
import { type Checkpoint, type Named, type Proof, proofInState, statusInState } from "./status-in-state.ts";
import { exitOf, lookNow } from "./status-now.ts";
import { prometheusText } from "./status-prometheus.ts";
import { statusTable } from "./status-table.ts";

interface Options {
  readonly json?: true;
  readonly prometheus?: true;
  readonly now?: true;
  readonly proof?: string;
  readonly stack?: string;
}

await runProgram("status", async () => {
  const { json, prometheus, now, proof, stack } = new Command("status")
    .description("Shows what the last run saw of each host of a stack, without asking a host, or how each is now.")
    .option("--json", "as JSON, for other programs")
    .addOption(new Option("--prometheus", "for node_exporter's textfile collector").conflicts("json"))
    .option("--now", "looks at the hosts and changes nothing; ends with 0, 1 (one failed) or 7 (up would change one)")
    .addOption(
      new Option("--proof <host>", "the SMTP dialogue of that host's last proof, without secrets").conflicts([
        "prometheus",
        "now",
      ]),
    )
    .option("-s, --stack <name>", "the stack; else the selected one")
    .showHelpAfterError("(another stack than the selected one: --stack NAME; --help has all)")
    .parse()
    .opts<Options>();
  const reader = await stackReader(stack);
  const hosts = await hostsOf(reader);
  if (proof !== undefined) {
    const found = proofOf(await checkpointOf(reader), hosts, proof);
    print(json ? JSON.stringify(found, null, 2) : found.transcript.join("\n"));
    return 0;
  }
  if (hosts.length === 0 && !json && !prometheus)
    throw new Error('the stack has no hosts in its configuration yet: README.md, "Your own host", has the commands');
  const look = now && (await lookNow(reader, hosts));
  const status = look?.status ?? statusInState(await checkpointOf(reader), hosts);
  print(
    json
      ? JSON.stringify(status, null, 2)
      : prometheus
        ? prometheusText(status)
        : statusTable(status, new Date(), process.stdout.columns),
  );
  return look === undefined ? 0 : exitOf(look);
});

function proofOf(checkpoint: Checkpoint, hosts: readonly Named[], name: string): Proof {
  if (!hosts.some((host) => host.name === name))
    throw new Error(`the stack has no host ${name}; it has ${hosts.map((host) => host.name).join(", ") || "none"}`);
  const found = proofInState(checkpoint, name);
  if (found === undefined) throw new Error(`no run has proved ${name} yet: npm run pulumi -- up`);
  return found;
}

function print(text: string): void {
  process.stdout.write(`${text}\n`);
}
