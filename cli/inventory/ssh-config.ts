// Hosts of an ssh_config: the aliases that its Host lines name. What the file says of them stays
// there and is asked at each run (`sshConfigFile`).
import { existsSync, readFileSync } from "node:fs";
import { homeExpanded } from "../../providers/host/operator-files.ts";
import { type InventoryHost, namesFor } from "./host.ts";

/** The aliases without patterns, each once, in the order of the file (ssh_config(5), PATTERNS). */
export function hostsOfSshConfig(file: string): InventoryHost[] {
  const path = homeExpanded(file);
  if (!existsSync(path)) throw new Error(`${file} is not there`);
  const lines = readFileSync(path, "utf8").split(/\r?\n/);
  const aliases = lines.flatMap((line) => {
    const [, words] = /^\s*Host(?:\s*=\s*|\s+)(.*?)\s*$/i.exec(line) ?? [];
    return (words?.split(/\s+/) ?? []).map((word) => word.replace(/^"(.*)"$/, "$1")).filter(isAlias);
  });
  const hosts = [...new Set(aliases)];
  const names = namesFor(hosts);
  return hosts.map((host, index) => ({
    name: names[index] ?? host,
    connection: { host, sshConfigFile: file },
  }));
}

function isAlias(word: string): boolean {
  return word !== "" && !/[*?!]/.test(word) && !word.startsWith("#");
}
