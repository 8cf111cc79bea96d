// Hosts of an Ansible inventory. Ansible itself is asked (ansible-inventory(1)), so that ranges,
// group variables, vaults and inventory plugins have the same meaning here.
import { existsSync } from "node:fs";
import { execa } from "execa";
import { z } from "zod";
import { type InventoryHost, namesFor, portSchema } from "./host.ts";

const text = z.string().min(1).optional();

/** The variables of a host that say how it is reached; "ansible_ssh_…" are the older names. */
const variables = z.looseObject({
  ansible_host: text,
  ansible_ssh_host: text,
  ansible_port: portSchema.optional(),
  ansible_ssh_port: portSchema.optional(),
  ansible_user: text,
  ansible_ssh_user: text,
  ansible_ssh_private_key_file: text,
});

const group = z.looseObject({ hosts: z.array(z.string()).optional(), children: z.array(z.string()).optional() });

const answer = z.looseObject({
  _meta: z.looseObject({ hostvars: z.record(z.string(), variables) }),
});

/** The hosts of an inventory, or those of one of its groups. Passwords are not taken over. */
export async function hostsOfAnsible(file: string, groupName: string | undefined): Promise<InventoryHost[]> {
  const { _meta, ...groups } = answer.parse(JSON.parse(await ask(file)));
  const hosts = membersOf(groups, groupName ?? "all");
  const names = namesFor(hosts);
  return hosts.map((host, index) => {
    const set = _meta.hostvars[host] ?? {};
    const port = set.ansible_port ?? set.ansible_ssh_port;
    const user = set.ansible_user ?? set.ansible_ssh_user;
    const key = set.ansible_ssh_private_key_file;
    return {
      name: names[index] ?? host,
      connection: {
        host: set.ansible_host ?? set.ansible_ssh_host ?? host,
        ...(port === undefined ? {} : { port }),
        ...(user === undefined ? {} : { user }),
        ...(key === undefined ? {} : { privateKeyFile: key }),
      },
    };
  });
}

async function ask(file: string): Promise<string> {
  const run = await execa("ansible-inventory", ["-i", file, "--list"], { reject: false, stdin: "ignore" });
  if (run.code === "ENOENT" && !existsSync(file))
    throw new Error(`${file} is not there: a relative path starts at the project folder`);
  if (run.code === "ENOENT")
    throw new Error(
      `${file} is taken for an inventory of Ansible, and there is no ansible-inventory on this machine to read it; install Ansible, or give an ssh_config file with --ssh-config`,
    );
  if (run.failed) throw new Error(`ansible-inventory cannot read ${file}: ${run.stderr.trim() || run.shortMessage}`);
  return run.stdout;
}

/** The hosts of a group and of the groups in it, each once, in the inventory's order. */
function membersOf(groups: Readonly<Record<string, unknown>>, name: string): string[] {
  const seen = new Set<string>();
  const hosts = new Set<string>();
  const visit = (each: string) => {
    if (seen.has(each)) return;
    seen.add(each);
    const { hosts: own = [], children = [] } = group.parse(groups[each] ?? {});
    for (const host of own) hosts.add(host);
    children.forEach(visit);
  };
  if (name !== "all" && groups[name] === undefined) {
    const known = Object.keys(groups).filter((each) => each !== "all" && each !== "ungrouped");
    throw new Error(`the inventory has no group ${name}; it has ${known.join(", ") || "none"}`);
  }
  visit(name);
  return [...hosts];
}
