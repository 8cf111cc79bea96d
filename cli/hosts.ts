// `npm run hosts -- --from FILE`: prints the hosts of an ssh_config or of an Ansible inventory as
// `hosts` of a stack's configuration. Contacts no host and writes no file.
import { basename } from "node:path";
import { Command } from "commander";
import { stringify } from "yaml";
import { hostsOfAnsible } from "./inventory/ansible.ts";
import type { InventoryHost } from "./inventory/host.ts";
import { pinnedKey } from "./inventory/pinned-key.ts";
import { hostsOfSshConfig } from "./inventory/ssh-config.ts";
import { runProgram } from "./program.ts";

interface Options {
  readonly from: string;
  readonly group?: string;
  readonly sshConfig?: true;
  readonly knownHosts: readonly string[];
}

async function main(): Promise<number> {
  const { from, group, sshConfig, knownHosts } = new Command("hosts")
    .description("Prints the hosts of an inventory for the stack's file. Asks no host, writes no file.")
    .requiredOption("--from <file>", "an ssh_config, or an inventory of Ansible in any of its forms")
    .option("--group <name>", "only the hosts of this group of an Ansible inventory")
    .option(
      "--ssh-config",
      "the file is an ssh_config, whatever its name (else: its name has no dot, or ends in .conf)",
    )
    .option("--known-hosts <file...>", "where host keys are looked up", [
      "~/.ssh/known_hosts",
      "/etc/ssh/ssh_known_hosts",
    ])
    .parse()
    .opts<Options>();
  const isSshConfig = sshConfig ?? /^[^.]*$|\.conf$/.test(basename(from));
  if (isSshConfig && group !== undefined) throw new Error("an ssh_config has no groups: leave --group out");
  const hosts = isSshConfig ? hostsOfSshConfig(from) : await hostsOfAnsible(from, group);
  if (hosts.length === 0) throw new Error(`${from} names no host`);
  const pinned = await Promise.all(hosts.map((host) => withKey(host, knownHosts)));
  process.stdout.write(stringify({ "sasl-mail-host:hosts": pinned }, { lineWidth: 0 }));
  const without = pinned.filter(({ connection }) => connection.hostKey === undefined).map(({ name }) => name);
  if (without.length > 0)
    process.stderr.write(
      `hosts: no key in ${knownHosts.join(", ")} for ${without.join(", ")}: \`up\` refuses such a host until known_hosts or its hostKey has one\n`,
    );
  return 0;
}

async function withKey({ name, connection }: InventoryHost, files: readonly string[]): Promise<InventoryHost> {
  const hostKey = await pinnedKey(connection, files);
  return { name, connection: { ...connection, ...(hostKey === undefined ? {} : { hostKey }) } };
}

await runProgram("hosts", main);
