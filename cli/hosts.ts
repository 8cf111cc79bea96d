// `npm run hosts -- --from FILE`: prints the hosts of an ssh_config or of an Ansible inventory as
// `hosts` of a stack's configuration. Contacts no host and writes no file.
import { Command, Option } from "commander";
import { stringify } from "yaml";
import { hostsOfAnsible } from "./inventory/ansible.ts";
import type { InventoryHost } from "./inventory/host.ts";
import { pinnedKey } from "./inventory/pinned-key.ts";
import { hostsOfSshConfig, isSshConfig } from "./inventory/ssh-config.ts";
import { runProgram } from "./program.ts";

interface Options {
  readonly from: string;
  readonly group?: string;
  readonly sshConfig?: true;
  readonly ansible?: true;
  readonly knownHosts: readonly string[];
}

async function main(): Promise<number> {
  const { from, group, sshConfig, ansible, knownHosts } = new Command("hosts")
    .description("Prints the hosts of an inventory for the stack's file. Asks no host, writes no file.")
    .requiredOption("--from <file>", "an ssh_config, or an inventory of Ansible in any of its forms")
    .option("--group <name>", "only the hosts of this group of an Ansible inventory")
    .option(
      "--ssh-config",
      "the file is an ssh_config (else: its name ends in .conf, or has no dot and a line begins with Host, Match or Include)",
    )
    .addOption(new Option("--ansible", "it is an inventory of Ansible (else: any other file)").conflicts("sshConfig"))
    .option("--known-hosts <file...>", "where host keys are looked up", [
      "~/.ssh/known_hosts",
      "/etc/ssh/ssh_known_hosts",
    ])
    .showHelpAfterError("(--help has all)")
    .parse()
    .opts<Options>();
  const asSshConfig = sshConfig ?? (!ansible && isSshConfig(from));
  if (asSshConfig && group !== undefined)
    throw new Error(`${from} is read as an ssh_config, which has no groups: leave --group out, or give --ansible`);
  const hosts = asSshConfig ? hostsOfSshConfig(from) : await hostsOfAnsible(from, group);
  if (hosts.length === 0) {
    const [kind, flag] = asSshConfig ? ["an ssh_config", "--ansible"] : ["an inventory of Ansible", "--ssh-config"];
    throw new Error(`${from}, read as ${kind}, names no host; where it is something else, give ${flag}`);
  }
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
