// `npm run bench:outage`: seconds in which a port refuses while this project changes the host, for each kind of change. Writes docs/benchmark-outage.{json,md}.
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { Command, Option } from "commander";
import { heedClosedOutput } from "../../cli/program.ts";
import { type Debian, destroyHost, type LabHost } from "../../lab/hosts/index.ts";
import { requireLab } from "../../lab/hosts/requirements.ts";
import { becomeRoot } from "../../lab/hosts/sudo.ts";
import { projectRoot } from "../../lab/paths.ts";
import { freshHost, mailUser, shell } from "../../test/support/host.ts";
import { type EngineRun, Stack } from "../../test/support/stack.ts";
import { type Change, changes } from "./changes.ts";
import { type Served, watch } from "./client.ts";
import { type OutageRow, outageTable } from "./table.ts";

const program = new Command("bench:outage")
  .addOption(new Option("--debian <release...>", "Debian's releases").choices(["12", "13"]).default(["12", "13"]))
  .parse();
const releases = program.opts<{ debian: string[] }>().debian.map((release) => Number(release) as Debian);

heedClosedOutput("bench:outage");
becomeRoot();
await requireLab();
const rows: OutageRow[] = [];
for (const debian of releases) rows.push(...(await outages(debian)));
const file = (ending: string) => join(projectRoot, "docs", `benchmark-outage.${ending}`);
writeFileSync(file("json"), `${JSON.stringify(rows, undefined, 1)}\n`);
writeFileSync(file("md"), outageTable(rows));

async function outages(debian: Debian): Promise<OutageRow[]> {
  const host = await freshHost(`outage${debian}`, debian);
  const stack = await Stack.create(`outage-${debian}`);
  try {
    await shell(
      host,
      "apt-get -qq update; DEBIAN_FRONTEND=noninteractive apt-get -qq install -y postfix openssl >/dev/null 2>&1",
    );
    const { address, privateKeyFile, knownHostsFile } = host;
    stack.configure({
      hosts: [{ name: "mail", connection: { host: address, privateKeyFile, knownHostsFile } }],
      proofUsername: mailUser.name,
    });
    await stack.configureSecret("proofPassword", mailUser.password);
    const all: OutageRow[] = [];
    for (const change of changes) {
      stack.configure(change.configure ?? {});
      all.push(...(await during(host, debian, change, async () => succeeded(await stack.up()))));
    }
    const end = { what: "`destroy`, Postfix in use before", ports: [25] };
    return [...all, ...(await during(host, debian, end, async () => succeeded(await stack.destroy())))];
  } finally {
    stack.forget();
    await destroyHost(host);
  }
}

/** An outage of a run that did not work is worth nothing. */
function succeeded({ exitCode, output }: EngineRun): void {
  if (exitCode !== 0) throw new Error(output);
}

async function during(
  host: LabHost,
  debian: Debian,
  { what, onHost, ports }: Change,
  change: () => Promise<unknown>,
): Promise<OutageRow[]> {
  await onHost?.(host);
  const watched = ports.map((port) => ({ port, stop: watch(host.address, port) }));
  await change();
  return await Promise.all(
    watched.map(async ({ port, stop }): Promise<OutageRow> => {
      const seen: Served = await stop();
      process.stderr.write(`outage: Debian ${debian}, ${what}, port ${port}: ${seen.outage.toFixed(2)} s\n`);
      return { debian, what, port, ...seen };
    }),
  );
}
