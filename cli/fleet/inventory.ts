// The inventory of a fleet: the hosts of a stack's file and of its `hostsFile`. The engine is not asked, so that the stack
// itself need not be there, and a list of thousands of hosts never goes through one variable.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { parse } from "yaml";
import { hostsIn } from "../../configuration/hosts-file.ts";
import { hostsSchema } from "../../configuration/schema.ts";
import { unlessAbsent } from "../stack/local-stacks.ts";
import type { Named } from "../status-in-state.ts";
import type { Member } from "./assignment.ts";

export type FleetHost = Member & Named;

/** A stack's file: its own keys by their short names, and all else that is in it. */
export interface StackFile {
  readonly project: string;
  readonly settings: Readonly<Record<string, unknown>>;
  readonly rest: Readonly<Record<string, unknown>>;
}

export function readStackFile(folder: string, stack: string): StackFile {
  const name = `Pulumi.${stack}.yaml`;
  const text = unlessAbsent(() => readFileSync(join(folder, name), "utf8"));
  if (text === undefined) throw new Error(`${name} is not there: a fleet is the hosts of a stack's file`);
  const { name: project } = parse(readFileSync(join(folder, "Pulumi.yaml"), "utf8")) as { name: string };
  const { config, ...rest } = (parse(text) ?? {}) as { readonly config?: Readonly<Record<string, unknown>> };
  const own = (key: string) => key.replace(`${project}:`, "").replace(/^config:/, "");
  const settings = Object.fromEntries(Object.entries(config ?? {}).map(([key, value]) => [own(key), value]));
  return { project, settings: withFileHosts(settings, folder), rest };
}

/**
 * The settings with the hosts of `hostsFile` in `hosts`, and without that key: a shard that kept it
 * would have all hosts of the file.
 */
function withFileHosts(settings: StackFile["settings"], folder: string): StackFile["settings"] {
  const { hostsFile, ...others } = settings;
  if (hostsFile === undefined) return settings;
  const inFile = hostsIn(String(hostsFile), folder, hostsSchema);
  if ("wrong" in inFile) throw new Error(inFile.wrong.join("\n"));
  const { hosts = [] } = others;
  const own = typeof hosts === "string" ? (JSON.parse(hosts) as unknown) : hosts;
  return { ...others, hosts: [...(Array.isArray(own) ? own : []), ...inFile.hosts] };
}

/** The hosts, in the order of the file. What is wrong with one of them is told by the program of its shard. */
export function inventoryIn({ settings }: StackFile, stack: string): readonly FleetHost[] {
  const { hosts } = settings;
  const list = typeof hosts === "string" ? (JSON.parse(hosts) as unknown) : hosts;
  if (!Array.isArray(list) || list.length === 0)
    throw new Error(`Pulumi.${stack}.yaml has no hosts: docs/how-to/fleet.md, "List the hosts", has the commands`);
  const names = list.map((host) => (host as Partial<FleetHost> | null)?.name);
  const strange = names.findIndex((name) => typeof name !== "string" || name === "");
  if (strange >= 0) throw new Error(`Pulumi.${stack}.yaml: hosts[${strange}] has no name`);
  const seen = new Set<unknown>();
  const twice = names.find((name) => seen.size === seen.add(name).size);
  if (twice !== undefined) throw new Error(`Pulumi.${stack}.yaml: two hosts are called ${twice}`);
  return list as FleetHost[];
}
