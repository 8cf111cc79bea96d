// The host key of an inventory's host, from known_hosts: an entry with it accepts no other key,
// whatever known_hosts is on the machine that runs Pulumi.
import { existsSync, readFileSync } from "node:fs";
import { knownKeys } from "../../providers/host/known-hosts.ts";
import { homeExpanded } from "../../providers/host/operator-files.ts";
import { askSsh } from "../../providers/host/ssh-config.ts";
import type { Connection } from "./host.ts";

/** In the order in which OpenSSH prefers them (ssh_config(5), HostKeyAlgorithms). */
const preferred = ["ssh-ed25519", "ecdsa-sha2-nistp256", "ecdsa-sha2-nistp384", "ecdsa-sha2-nistp521", "ssh-rsa"];

/**
 * "ssh-ed25519 AAAA…"; `undefined` where the files have no key for the host. A key that is revoked
 * is none.
 */
export async function pinnedKey(connection: Connection, files: readonly string[]): Promise<string | undefined> {
  const { host, port, ownFiles = [] } = await nameInKnownHosts(connection);
  const keys = [...ownFiles, ...files]
    .map(homeExpanded)
    .filter((file) => existsSync(file))
    .flatMap((file) => knownKeys(readFileSync(file, "latin1"), host, port));
  const revoked = keys.filter((key) => key.revoked);
  const usable = keys.filter(({ key }) => !revoked.some((each) => each.key.equals(key)));
  const found = preferred.flatMap((type) => usable.filter((key) => key.type === type))[0];
  return found === undefined ? undefined : `${found.type} ${found.key.toString("base64")}`;
}

/** The name under which ssh looks the host up, and the files that ssh_config names for it. */
async function nameInKnownHosts({ host, port, user, sshConfigFile }: Connection): Promise<{
  host: string;
  port: number;
  ownFiles?: readonly string[];
}> {
  if (sshConfigFile === undefined) return { host, port: port ?? 22 };
  const said = await askSsh({ host, port, user, sshConfigFile });
  const ownFiles = said.knownHostsFiles;
  return said.hostKeyAlias === undefined
    ? { host: said.hostName, port: said.port, ownFiles }
    : { host: said.hostKeyAlias, port: 22, ownFiles };
}
