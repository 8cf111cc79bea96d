// `npm run status [-- --json] [-- --stack NAME]`: what the last run showed of each host, as a table. Reads the stack only, no host.
import { execa } from "execa";
import { ensureEngine } from "../lab/engine/engine.ts";
import { stackEnvironment } from "../lab/engine/stack-environment.ts";
import { projectRoot } from "../lab/paths.ts";
import { type Checkpoint, type Named, statusInState } from "./status-in-state.ts";
import { statusTable } from "./status-table.ts";

async function main(args: readonly string[]): Promise<void> {
  const stack = args.filter((argument) => argument !== "--json");
  const { env } = await stackEnvironment(await ensureEngine(), ["config", ...stack]);
  const ask = async (...command: string[]) => {
    const options = { cwd: projectRoot, env, extendEnv: false, stdin: "inherit" } as const;
    return JSON.parse((await execa("pulumi", [...command, ...stack], options)).stdout) as unknown;
  };
  const hosts = (await ask("config", "get", "hosts", "--json")) as { objectValue: Named[] };
  const status = statusInState((await ask("stack", "export")) as Checkpoint, hosts.objectValue);
  process.stdout.write(
    `${args.includes("--json") ? JSON.stringify(status, null, 2) : statusTable(status, new Date())}\n`,
  );
}

await main(process.argv.slice(2)).catch((error: { stderr?: string; message: string }) => {
  process.stderr.write(`status: ${error.stderr || error.message}\n`);
  process.exitCode = 1;
});
