// Faults of the login: host keys, credentials, sudo, what a login shell prints.
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { execa } from "execa";
import { knownHosts } from "../../../lab/hosts/index.ts";
import { operatorKey } from "../../support/operator-key.ts";
import type { Fault, Scene } from "../fault.ts";
import { connecting, onHost } from "../injections.ts";
import { quick, unlessRefused } from "../moments.ts";
import { mustBeRefused, mustWork } from "../row.ts";

/** A file in the stack's folder, by its path. */
function file({ stack }: Scene, name: string, content: string, mode = 0o600): string {
  const path = join(stack.folder, name);
  writeFileSync(path, content, { mode });
  return path;
}

async function anotherKey({ stack }: Scene, passphrase = ""): Promise<{ file: string; line: string }> {
  const name = `key-${process.hrtime.bigint()}`;
  return await operatorKey(stack.folder, name, passphrase);
}

type ConnectionOf = (scene: Scene) => Promise<Record<string, unknown>>;

const knowing = (
  id: string,
  fault: string,
  number: string,
  lines: (scene: Scene) => Promise<string>,
  says: RegExp[],
): Fault => {
  const known: ConnectionOf = async (scene) => ({ knownHostsFile: file(scene, `known-${id}`, await lines(scene)) });
  const inject = [connecting("another file of known hosts", known)];
  return mustBeRefused(id, fault, `faults.md ${number}`, inject, { meets: "preview", says });
};

/** `set` prepares the host; ":" where nothing is to be prepared. */
const anotherWay = (set: string, connection: ConnectionOf) => [
  ...(set === ":" ? [] : [onHost(set)]),
  connecting("the stack logs in that way", connection),
];

/** The same host behind another way in, which must work as root does. */
const waysIn = (
  id: string,
  fault: string,
  of: string,
  set: string,
  connection: ConnectionOf,
  more: Partial<Fault> = {},
): Fault => mustWork(id, fault, of, anotherWay(set, connection), more);

const refusedIn = (
  id: string,
  fault: string,
  of: string,
  set: string,
  connection: ConnectionOf,
  says: readonly RegExp[],
  more: Partial<Fault> = {},
): Fault => mustBeRefused(id, fault, of, anotherWay(set, connection), { says, ...more });

/** sudo tells root of each refusal by mail (sudoers(5), mail_badpass). */
const mailOfSudo = /\/var\/mail\/root/;

export const ofLogin: readonly Fault[] = [
  knowing("host-key-unknown", "known_hosts does not have the host", "8", async () => "", [
    /SHA256:[\w+/]{43}/,
    /host-key-unknown/,
  ]),
  knowing(
    "host-key-changed",
    "known_hosts has another key of the host",
    "9",
    async (scene) => `${scene.host.address} ${(await anotherKey(scene)).line.split(" ").slice(0, 2).join(" ")}\n`,
    [/HOST KEY CHANGED/, /host-key-changed/],
  ),
  knowing(
    "host-key-revoked",
    "known_hosts marks the host's key as @revoked",
    "10",
    async ({ host }) => (await knownHosts(host, host.address)).replaceAll(/^/gm, "@revoked ").replace(/@revoked $/, ""),
    [/host-key-revoked/],
  ),
  {
    id: "host-key-only-rsa-known",
    of: "faults.md 12",
    fault: "known_hosts has the RSA key only",
    start: "mail",
    meets: "up",
    inject: [
      connecting("a file of known hosts without the other keys", async (scene) => {
        const lines = (await knownHosts(scene.host, scene.host.address))
          .split("\n")
          .filter((line) => line.includes("ssh-rsa"));
        return { knownHostsFile: file(scene, "known-rsa", `${lines.join("\n")}\n`) };
      }),
    ],
    exit: 0,
    left: "as asked",
  },
  {
    id: "host-offers-certificates-only",
    of: "faults.md 11",
    fault: "The host shows host certificates only",
    start: "mail",
    meets: "preview",
    inject: [
      onHost(
        "cd /etc/ssh && ssh-keygen -q -t ed25519 -N '' -f ca && ssh-keygen -q -s ca -I mail1 -h -n mail1 ssh_host_ed25519_key.pub && printf 'HostCertificate /etc/ssh/ssh_host_ed25519_key-cert.pub\\nHostKeyAlgorithms ssh-ed25519-cert-v01@openssh.com\\n' > sshd_config.d/cert.conf && systemctl restart ssh",
        "cd /etc/ssh && rm ca ca.pub *-cert.pub sshd_config.d/cert.conf && systemctl restart ssh",
      ),
      connecting("one dial", async () => quick),
    ],
    ...unlessRefused,
    says: [/host-key-type-missing/],
  },
  {
    id: "jump-host-key-wrong",
    of: "faults.md 13",
    fault: "The jump host shows another key than known_hosts has",
    start: "mail",
    meets: "preview",
    inject: [
      connecting("a jump host with another key", async (scene) => {
        const line = (await anotherKey(scene)).line.split(" ").slice(0, 2).join(" ");
        const { address, privateKeyFile } = scene.host;
        return {
          proxy: {
            host: address,
            user: "guest",
            privateKeyFile,
            knownHostsFile: file(scene, "known-jump", `${address} ${line}\n`),
          },
          host: "127.0.0.1",
        };
      }),
    ],
    ...unlessRefused,
    says: [/HOST KEY CHANGED/, /host-key-changed/],
  },
  {
    id: "known-hosts-unreadable",
    of: "faults.md 14",
    fault: "known_hosts cannot be read",
    start: "mail",
    meets: "preview",
    inject: [connecting("a folder in the place of the file", async ({ stack }) => ({ knownHostsFile: stack.folder }))],
    ...unlessRefused,
    says: [/knownHostsFile/],
  },
  refusedIn(
    "key-refused",
    "The host does not accept the key",
    "faults.md 15",
    ":",
    async (scene) => ({ privateKeyFile: (await anotherKey(scene)).file }),
    [/ssh-login-refused/, /publickey|key/],
  ),
  refusedIn(
    "key-encrypted-wrong-passphrase",
    "The passphrase of the encrypted key is wrong",
    "faults.md 16",
    ":",
    async (scene) => ({ privateKeyFile: (await anotherKey(scene, "right")).file }),
    [/private-key-unusable/, /sshKeyPassphrase/],
    { secrets: { sshKeyPassphrase: "wrong" } },
  ),
  refusedIn(
    "key-encrypted-no-passphrase",
    "The key is encrypted, and no passphrase is given",
    "faults.md 16",
    ":",
    async (scene) => ({ privateKeyFile: (await anotherKey(scene, "right")).file }),
    [/sshKeyPassphrase/],
  ),
  refusedIn(
    "agent-missing",
    "The agent's socket is not there",
    "faults.md 17",
    ":",
    async () => ({ privateKeyFile: undefined, agentSocketPath: "/nowhere/agent" }),
    [/agent/, /code: /],
  ),
  refusedIn(
    "agent-empty",
    "The agent has no key",
    "faults.md 17",
    ":",
    async ({ stack }) => {
      const socket = join(stack.folder, "agent");
      const { stdout } = await execa("ssh-agent", ["-t", "300", "-a", socket], { reject: false });
      void stdout;
      return { privateKeyFile: undefined, agentSocketPath: socket };
    },
    [/agent/, /code: /],
  ),
  refusedIn(
    "sudo-password-wrong",
    "The sudo password is wrong",
    "faults.md 18",
    ":",
    async () => ({ user: "operator" }),
    [/sudo-password-refused/],
    { secrets: { sudoPassword: "wrong" }, leaves: mailOfSudo },
  ),
  refusedIn(
    "sudo-password-missing",
    "sudo asks for a password, and none is given",
    "faults.md 18",
    ":",
    async () => ({ user: "operator" }),
    [/sudo-password-missing/],
    { leaves: mailOfSudo },
  ),
  refusedIn("sudo-not-allowed", "The user may not use sudo", "faults.md 19", ":", async () => ({ user: "guest" }), [
    /sudo-not-allowed|sudo-password/,
  ]),
  refusedIn(
    "sudo-requiretty",
    "sudoers has requiretty",
    "faults.md 20",
    "echo 'Defaults requiretty' > /etc/sudoers.d/tty",
    async () => ({ user: "deployer" }),
    [/sudo-needs-terminal/],
    { leaves: /sudoers\.d\/tty/ },
  ),
  refusedIn(
    "sudo-missing",
    "The host has no sudo, and the user is not root",
    "faults.md 20",
    "mv /usr/bin/sudo /root/sudo",
    async () => ({ user: "guest" }),
    [/sudo-not-installed/],
    {
      leaves: /\/sudo( |$)|\/usr\/bin /,
    },
  ),
  waysIn(
    "bashrc-noisy",
    "root's .bashrc prints, asks for a line and sets aliases",
    "faults.md 21",
    "printf 'echo hello; echo \"code: 3\" >&2; alias ls=false; read -t 1 line\\n' > /root/.bashrc; cp /root/.bashrc /root/.profile",
    async () => ({}),
    {
      leaves: /\/root\/\.(bashrc|profile)/,
    },
  ),
  refusedIn(
    "shell-nologin",
    "The user's shell is nologin",
    "faults.md 22",
    "useradd -m -s /usr/sbin/nologin robot",
    async () => ({ user: "robot" }),
    [/shell-not-started/, /not available/],
    { leaves: /robot|\/etc\/(passwd|group|shadow|gshadow|sub[ug]id)/ },
  ),
  refusedIn(
    "password-expired",
    "The user's password has expired",
    "faults.md 22",
    "useradd -m -s /bin/bash expired; echo expired:x | chpasswd; chage -d 0 expired",
    async () => ({ user: "expired" }),
    [/shell-not-started/, /expired/],
    {
      leaves: /expired|\/etc\/(passwd|group|shadow|gshadow|sub[ug]id)/,
    },
  ),
  waysIn(
    "max-sessions-1",
    "sshd has MaxSessions 1",
    "faults.md 23",
    "echo MaxSessions 1 > /etc/ssh/sshd_config.d/one.conf; systemctl reload ssh",
    async () => ({}),
    { leaves: /one\.conf|sshd_config\.d / },
  ),
  waysIn(
    "max-sessions-1-no-forwarding",
    "sshd has MaxSessions 1 and AllowTcpForwarding no",
    "faults.md 23",
    "printf 'MaxSessions 1\\nAllowTcpForwarding no\\n' > /etc/ssh/sshd_config.d/one.conf; systemctl reload ssh",
    async () => ({}),
    {
      exit: "any",
      left: "either",
      leaves: /one\.conf|sshd_config\.d /,
    },
  ),
];
