// `npm run status [-- --json] [-- --stack NAME]`: the results of the last run for each host, as a
// table. Reads only the stack, no host.
import { Command } from "commander";
import { execa } from "execa";
import { ensureEngine } from "./engine/engine.ts";
import { projectRoot } from "./paths.ts";
import { runProgram } from "./program.ts";
import { stackEnvironment } from "./stack/environment.ts";
import { type Checkpoint, type Named, statusInState } from "./status-in-state.ts";
import { statusTable } from "./status-table.ts";

interface Options {
  readonly json?: true;
  readonly stack?: string;
}

await runProgram("status", async () => {
  const { json, stack } = new Command("status")
    .description("Shows what the last run saw of each host of a stack. Asks no host.")
    .option("--json", "as JSON, for other programs")
    .option("-s, --stack <name>", "the stack; else the selected one")
    .showHelpAfterError("(another stack than the selected one: --stack NAME; --help has all)")
    .parse()
    .opts<Options>();
  const at = stack === undefined ? [] : ["--stack", stack];
  const { env, explain } = await stackEnvironment(await ensureEngine(), ["config", ...at]);
  const ask = async (...command: string[]) => {
    const options = { cwd: projectRoot, env, extendEnv: false, stdin: "inherit" } as const;
    const { stdout } = await execa("pulumi", [...command, ...at], options).catch(async (error: { stderr: string }) => {
      const reason = await explain();
      throw reason === undefined ? error : new Error(`${error.stderr}\n${reason}`);
    });
    return JSON.parse(stdout) as unknown;
  };
  const hosts = (await ask("config", "get", "hosts", "--json")) as { objectValue: Named[] };
  const status = statusInState((await ask("stack", "export")) as Checkpoint, hosts.objectValue);
  process.stdout.write(`${json ? JSON.stringify(status, null, 2) : statusTable(status, new Date())}\n`);
  return 0;
});
