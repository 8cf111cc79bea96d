// `npm run status [-- --json] [-- --stack NAME]`: what the last run showed of each host, as a table. Reads the stack's outputs only.
import { execa } from "execa";
import { ensureEngine } from "../lab/engine/engine.ts";
import { engineEnvironment } from "../lab/engine/environment.ts";
import { projectRoot } from "../lab/paths.ts";
import { type HostOutput, statusTable } from "./status-table.ts";

async function main(args: readonly string[]): Promise<number> {
  const others = args.filter((argument) => argument !== "--json");
  const env = engineEnvironment(await ensureEngine());
  const run = await execa("pulumi", ["stack", "output", "mail", "--json", ...others], {
    cwd: projectRoot,
    env,
    extendEnv: false,
    reject: false,
    stdin: "inherit",
  });
  if (run.failed) {
    process.stderr.write(`${run.stderr}\nstatus: no outputs to show; \`npm run pulumi -- up\` makes them\n`);
    return run.exitCode ?? 1;
  }
  const hosts = JSON.parse(run.stdout) as Record<string, HostOutput>;
  process.stdout.write(
    args.includes("--json") ? `${JSON.stringify(hosts, null, 2)}\n` : `${statusTable(hosts, new Date())}\n`,
  );
  return 0;
}

process.exitCode = await main(process.argv.slice(2));
