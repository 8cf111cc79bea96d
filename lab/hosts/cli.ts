// npm run lab -- create|start|reboot|upgrade|stop|snapshot|reset|list|shell|run|destroy: throw-away Debian hosts by hand.
import { Argument, Command, Option } from "commander";
import { heedClosedOutput } from "../../cli/program.ts";
import { createHost, destroyHost, destroyHosts, listHosts, rebootHost, startHost, stopHost } from "./host.ts";
import { insideInteractive } from "./inside.ts";
import { type Debian, releases } from "./recipe.ts";
import type { LabHost } from "./record.ts";
import { resetHost, snapshotHost } from "./snapshot.ts";
import { becomeRoot } from "./sudo.ts";
import { type Conffiles, upgradeHost } from "./upgrade.ts";

const interrupt = new AbortController();
const hostName = () => new Argument("<name>", "the host's name");

const program = new Command("lab")
  .description("Throw-away Debian hosts with real systemd, sshd and apt on this machine")
  .enablePositionalOptions()
  .hook("preAction", becomeRoot);

program
  .command("create")
  .description("make a host, or start the one there is")
  .addArgument(hostName())
  .addOption(new Option("--debian <release>", "Debian's release").choices(Object.keys(releases)).default("13"))
  .action(async (name: string, options: { debian: string }) => {
    const debian = Number(options.debian) as Debian;
    for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) {
      process.on(signal, () => interrupt.abort(new Error("interrupted; nothing half-made was left")));
    }
    const made = await createHost(name, { debian, signal: interrupt.signal });
    process.stdout.write(`${made.name} runs Debian ${made.debian} at ${made.address}\n${sshCommand(made)}\n`);
  });
program
  .command("start")
  .description("start a stopped host")
  .addArgument(hostName())
  .action((name: string) => startHost({ name }));
program
  .command("reboot")
  .description("reboot a host from inside")
  .addArgument(hostName())
  .action((name: string) => rebootHost({ name }));
program
  .command("upgrade")
  .description("bring a running host to the next release of Debian by apt; reboot it afterwards")
  .addArgument(hostName())
  .addOption(
    new Option("--conffiles <which>", "edited configuration files: kept, or replaced by the new release's")
      .choices(["old", "new"])
      .default("old"),
  )
  .action((name: string, { conffiles }: { conffiles: Conffiles }) => upgradeHost({ name }, conffiles));
program
  .command("stop")
  .description("stop a host, keep its files")
  .addArgument(hostName())
  .action((name: string) => stopHost({ name }));
program
  .command("snapshot")
  .description("remember the files of a host")
  .addArgument(hostName())
  .argument("<label>", "a name to go back to")
  .action((name: string, label: string) => snapshotHost({ name }, label));
program
  .command("reset")
  .description("take a host back to a snapshot, or to the day it was made")
  .addArgument(hostName())
  .argument("[label]", "the snapshot")
  .action((name: string, label?: string) => resetHost({ name }, label));
program.command("list").description("show all hosts").action(printList);
program
  .command("shell")
  .description("root shell in a host")
  .addArgument(hostName())
  .action((host: string) => enter(host, ["bash", "-l"]));
program
  .command("run")
  .description("run a command as root in a host: lab run NAME -- systemctl status")
  .addArgument(hostName())
  .argument("<command...>", "the command and its arguments")
  .passThroughOptions()
  // Options after the name are the command's own; so commander keeps the "--" as well.
  .action((name: string, words: string[]) => enter(name, words[0] === "--" ? words.slice(1) : words));
program
  .command("destroy")
  .description("remove hosts and all that belongs to them")
  .argument("[names...]", "the hosts")
  .option("--all", "every host of the lab")
  .action(async (names: string[], options: { all?: true }) => {
    if (names.length === 0 && !options.all) throw new Error("Name a host to destroy, or say --all");
    const gone = options.all ? await destroyHosts("") : names;
    if (!options.all) await Promise.all(names.map((name) => destroyHost({ name })));
    process.stdout.write(gone.length === 0 ? "there is no host\n" : `removed: ${gone.join(", ")}\n`);
  });

async function enter(name: string, command: string[]): Promise<void> {
  process.exitCode = await insideInteractive({ name }, command);
}

async function printList(): Promise<void> {
  const hosts = await listHosts();
  if (hosts.length === 0) process.stdout.write("no hosts; make one with: npm run lab -- create NAME --debian 13\n");
  const rows = hosts.map((host) => [host.name, `Debian ${host.debian}`, host.state, host.address, sshCommand(host)]);
  const widths = [0, 1, 2, 3].map((column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)));
  for (const row of rows)
    process.stdout.write(`${row.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join("  ")}\n`);
}

function sshCommand(host: LabHost): string {
  const known = `-o UserKnownHostsFile=${host.knownHostsFile}`;
  return `ssh -i ${host.privateKeyFile} -o IdentitiesOnly=yes ${known} root@${host.address}`;
}

heedClosedOutput("lab");
try {
  await program.parseAsync();
} catch (caught) {
  // Ctrl-C reaches the programs the lab runs too: what they say about it is of no use.
  const error = interrupt.signal.aborted ? interrupt.signal.reason : caught;
  process.stderr.write(`lab: ${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = interrupt.signal.aborted ? 130 : 1;
}
