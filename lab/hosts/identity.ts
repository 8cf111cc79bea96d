// Makes a host itself and no copy of another: its keys, its name, and what it knows of the network.
import { randomBytes } from "node:crypto";
import { chmod, mkdir, readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { execa } from "execa";
import { operatorAddress } from "./network.ts";
import { describe, type HostRecord, type LabHost } from "./record.ts";

const hostKeys = ["ed25519", "rsa", "ecdsa"];

/** Writes it all into the mounted root of a host that has not booted yet, and the caller's side into the host's folder. */
export async function giveIdentity(record: HostRecord): Promise<void> {
  const host = describe(record);
  const etc = join(host.rootFolder, "etc");
  await Promise.all([
    writeFile(join(etc, "hostname"), `${host.name}\n`),
    writeFile(join(etc, "hosts"), hostsFile(host)),
    emptyResolver(join(etc, "resolv.conf")),
    // Else systemd takes the boot for the first one of a machine and asks what to enable.
    writeFile(join(etc, "machine-id"), `${randomBytes(16).toString("hex")}\n`),
    makeUserKey(host, join(etc, "ssh/authorized_keys.lab")),
    execa("ssh-keygen", ["-A", "-f", host.rootFolder]),
  ]);
  await writeFile(host.knownHostsFile, await knownHosts(host, host.address));
}

/** The host's real public keys as lines for known_hosts, for any place it is reached at (a relay listens elsewhere). */
export async function knownHosts(host: LabHost, address: string, port = 22): Promise<string> {
  const place = port === 22 ? address : `[${address}]:${port}`;
  const lines = hostKeys.map(async (kind) => {
    const [type, key] = (await readFile(join(host.rootFolder, `etc/ssh/ssh_host_${kind}_key.pub`), "utf8")).split(" ");
    return `${place} ${type} ${key}\n`;
  });
  return (await Promise.all(lines)).join("");
}

async function makeUserKey(host: LabHost, authorizedKeys: string): Promise<void> {
  const comment = `sasl-lab-${host.name}`;
  await mkdir(host.folder, { recursive: true });
  await execa("ssh-keygen", ["-q", "-t", "ed25519", "-N", "", "-C", comment, "-f", host.privateKeyFile]);
  await chmod(host.privateKeyFile, 0o600);
  await writeFile(authorizedKeys, await readFile(`${host.privateKeyFile}.pub`, "utf8"));
}

/** The operator's address has a name: else each SMTP connection waits for a reverse look-up that nobody answers. */
function hostsFile(host: LabHost): string {
  return [
    "127.0.0.1 localhost",
    "::1 localhost ip6-localhost ip6-loopback",
    `${host.address} ${host.name}.lab.example ${host.name}`,
    `${operatorAddress} operator.lab.example operator`,
    "",
  ].join("\n");
}

/** Empty for the same reason: a name server that is not reachable costs ten seconds a question. */
async function emptyResolver(file: string): Promise<void> {
  await rm(file, { force: true });
  await writeFile(file, "");
}
