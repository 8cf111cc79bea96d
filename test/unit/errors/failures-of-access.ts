// What keeps this program from a root shell on a host: each failure, made against an SSH server in this process.
import { mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { jest } from "@jest/globals";
import ssh2 from "ssh2";
import { connectionSchema } from "../../../providers/host/connection-schema.ts";
import { dial } from "../../../providers/host/dial.ts";
import { Host } from "../../../providers/host/host.ts";
import { routeTo } from "../../../providers/host/route.ts";
import { askSsh } from "../../../providers/host/ssh-config.ts";
import { answerOf, fakeSsh } from "../../support/fake-ssh.ts";
import { type FakeHost, type FakeHostOptions, fakeHost } from "../../support/fake-ssh-host.ts";
import { fakeSudo, type SudoHabit } from "../../support/fake-sudo.ts";
import { keyPair } from "../../support/key-pair.ts";

const stranger = keyPair("ed25519", "stranger").public;

async function dialled(changes: (fake: FakeHost) => object, options: FakeHostOptions = {}): Promise<void> {
  await using fake = await fakeHost(options);
  (await dial(fake.connection(changes(fake)))).client.end();
}

/** A file of known_hosts with this line. */
function knownHosts(line: string): object {
  const knownHostsFile = join(mkdtempSync(join(tmpdir(), "known-hosts-")), "known_hosts");
  writeFileSync(knownHostsFile, `${line}\n`);
  return { hostKey: undefined, knownHostsFile };
}

async function shellOf(options: FakeHostOptions, changes: object = {}): Promise<void> {
  await using fake = await fakeHost(options);
  const host = new Host(fake.connection(changes));
  await host.shell().finally(() => host.close());
}

async function becomingRoot(habit: SudoHabit, sudoPassword?: string): Promise<void> {
  using sudo = fakeSudo(habit);
  await shellOf({ user: "mail", path: sudo.folder }, { sudoPassword });
}

/** sshd ends the connection of a client that offers too many keys with this message (auth.c). */
async function tooManyKeys(): Promise<void> {
  const connects = jest.spyOn(ssh2.Client.prototype, "connect").mockImplementation(function (this: ssh2.Client) {
    setImmediate(() => this.emit("error", new Error("Too many authentication failures")));
    return this;
  });
  await dialled(() => ({})).finally(() => connects.mockRestore());
}

async function jumpingWhereItIsForbidden(): Promise<void> {
  await using jump = await fakeHost({ forwards: false });
  const { host, port, user, password, hostKey } = jump.connection();
  await dialled(() => ({ proxy: { host, port, user, password, hostKey } }));
}

async function jumpingInACircle(): Promise<void> {
  using _ssh = fakeSsh({ mail1: answerOf({ proxyjump: "mail1" }) });
  await routeTo(connectionSchema.parse({ host: "mail1", sshConfigFile: "config" }));
}

async function askingBrokenSshConfig(): Promise<void> {
  using _ssh = fakeSsh({});
  await askSsh({ host: "mail1", sshConfigFile: "config" });
}

export const failuresOfAccess = {
  "host-key-changed": () => dialled(() => ({ hostKey: stranger })),
  "host-key-revoked": () => dialled(({ port, keys }) => knownHosts(`@revoked [127.0.0.1]:${port} ${keys.ed25519}`)),
  "host-key-type-missing": () => dialled(() => ({}), { keys: ["rsa"] }),
  "host-key-unknown": () => dialled(() => knownHosts(`elsewhere ${stranger}`)),
  "host-unreachable": () => dialled(() => ({}), { closedLogins: 1 }),
  "jump-host-forbids-forwarding": jumpingWhereItIsForbidden,
  "jump-hosts-circular": jumpingInACircle,
  "known-hosts-unreadable": () => dialled(() => ({ hostKey: undefined, knownHostsFile: tmpdir() })),
  "login-method-missing": () => dialled(() => ({ password: undefined })),
  "private-key-unreadable": () => dialled(() => ({ privateKeyFile: "/no/such/key" })),
  "private-key-unusable": () => dialled(() => ({ privateKey: "not a key" })),
  "shell-not-started": () => shellOf({ loginShell: "echo 'This account is not available.'; exit 1" }),
  "ssh-config-unusable": askingBrokenSshConfig,
  "ssh-login-refused": () => dialled(() => ({ password: "wrong" })),
  "ssh-too-many-keys": tooManyKeys,
  "sudo-needs-terminal": () => becomingRoot("terminal"),
  "sudo-not-allowed": () => becomingRoot("stranger"),
  "sudo-not-installed": () => becomingRoot("missing"),
  "sudo-password-missing": () => becomingRoot("asks"),
  "sudo-password-refused": () => becomingRoot("asks", "wrong"),
};
