// `npm run status [-- --json] [-- --proof HOST] [-- --stack NAME]`: the results of the last run for
// each host, as a table, or the dialogue of a host's proof. Reads only the stack, no host.
import { Command } from "commander";
import { runProgram } from "./program.ts";
import { stackReader } from "./stack/reader.ts";
import { type Checkpoint, type Named, type Proof, proofInState, statusInState } from "./status-in-state.ts";
import { statusTable } from "./status-table.ts";

interface Options {
  readonly json?: true;
  readonly proof?: string;
  readonly stack?: string;
}

await runProgram("status", async () => {
  const { json, proof, stack } = new Command("status")
    .description("Shows what the last run saw of each host of a stack. Asks no host.")
    .option("--json", "as JSON, for other programs")
    .option("--proof <host>", "the SMTP dialogue of that host's last proof, without secrets")
    .option("-s, --stack <name>", "the stack; else the selected one")
    .showHelpAfterError("(another stack than the selected one: --stack NAME; --help has all)")
    .parse()
    .opts<Options>();
  const { ask } = await stackReader(stack);
  const hosts = (await ask("config", "get", "hosts", "--json")) as { objectValue: Named[] };
  const checkpoint = (await ask("stack", "export")) as Checkpoint;
  if (proof !== undefined) {
    const found = proofOf(checkpoint, hosts.objectValue, proof);
    return print(json ? JSON.stringify(found, null, 2) : found.transcript.join("\n"));
  }
  const status = statusInState(checkpoint, hosts.objectValue);
  return print(json ? JSON.stringify(status, null, 2) : statusTable(status, new Date()));
});

function proofOf(checkpoint: Checkpoint, hosts: readonly Named[], name: string): Proof {
  if (!hosts.some((host) => host.name === name))
    throw new Error(`the stack has no host ${name}; it has ${hosts.map((host) => host.name).join(", ") || "none"}`);
  const found = proofInState(checkpoint, name);
  if (found === undefined) throw new Error(`no run has proved ${name} yet: npm run pulumi -- up`);
  return found;
}

function print(text: string): 0 {
  process.stdout.write(`${text}\n`);
  return 0;
}
