// Hosts of an ssh_config: the aliases that its Host lines name. What the file says of them stays
// there and is asked at each run (`sshConfigFile`).
import { existsSync, readFileSync, statSync } from "node:fs";
import { basename } from "node:path";
import { homeExpanded } from "../../providers/host/operator-files.ts";
import { type InventoryHost, namesFor } from "./host.ts";

/**
 * Whether a file looks like an ssh_config: by its name, or where that has no dot, by a line that no
 * inventory of Ansible begins with. A folder is an inventory.
 */
export function isSshConfig(file: string): boolean {
  const path = homeExpanded(file);
  if (!existsSync(path)) return /^[^.]*$|\.conf$/.test(basename(path));
  if (statSync(path).isDirectory()) return false;
  // A pipe can be read once.
  if (!statSync(path).isFile()) return true;
  if (basename(path).includes(".")) return path.endsWith(".conf");
  return /^\s*(?:Host|Match|Include)(?:\s|=)/im.test(readFileSync(path, "utf8"));
}

/** The aliases without patterns, each once, in the order of the file (ssh_config(5), PATTERNS). */
export function hostsOfSshConfig(file: string): InventoryHost[] {
  const path = homeExpanded(file);
  if (!existsSync(path)) throw new Error(`${file} is not there`);
  if (statSync(path).isDirectory())
    throw new Error(`${file} is a folder, and an ssh_config is a file: name the file, or leave --ssh-config out`);
  const lines = readFileSync(path, "utf8").split(/\r?\n/);
  const aliases = lines.flatMap((line) => {
    const [, words] = /^\s*Host(?:\s*=\s*|\s+)(.*?)\s*$/i.exec(line) ?? [];
    // A word that begins with # ends the line (argv_split in misc.c of OpenSSH).
    const named = words?.replace(/(^|\s)#.*/, "").split(/\s+/) ?? [];
    return named.map((word) => word.replace(/^(["'])(.*)\1$/, "$2")).filter(isAlias);
  });
  const hosts = [...new Set(aliases)];
  const names = namesFor(hosts);
  return hosts.map((host, index) => ({
    name: names[index] ?? host,
    connection: { host, sshConfigFile: file },
  }));
}

function isAlias(word: string): boolean {
  return word !== "" && !/[*?!]/.test(word);
}
