// What ssh says of a host is read from the answers of real OpenSSH clients; what can not be done is refused with its name.
import { expect, test } from "@jest/globals";
import { askSsh, readSshConfig } from "../../../providers/host/ssh-config.ts";
import { fixture, releases } from "../../support/fake-answers.ts";
import { answerOf, fakeSsh } from "../../support/fake-ssh.ts";

const sshConfigFile = "/home/deployer/.ssh/config";

test.each(releases)("an alias with everything set, as the ssh of Debian %i answers", (release) => {
  expect(readSshConfig(fixture(release, "ssh-mail1.txt").toString())).toEqual({
    hostName: "mail1.example.org",
    port: 2222,
    user: "ops",
    identityFiles: ["~/.ssh/%h_%r", "~/.ssh/with space"],
    identitiesOnly: true,
    identityAgent: "/home/deployer/.ssh/agent.sock",
    proxyJump: ["jumper@outer:2201", "inner"],
    hostKeyAlias: "mail",
    knownHostsFiles: [
      "/home/deployer/.ssh/known_hosts",
      "/home/deployer/.ssh/known_hosts_mail",
      "/etc/ssh/ssh_known_hosts",
      "/etc/ssh/ssh_known_hosts2",
    ],
    connectTimeout: 7,
    refused: [],
  });
});

test.each(releases)("a host that ssh_config has no word of, as the ssh of Debian %i answers", (release) => {
  expect(readSshConfig(fixture(release, "ssh-plain.txt").toString())).toMatchObject({
    hostName: "plain",
    port: 22,
    user: "deployer",
    identityFiles: expect.arrayContaining(["~/.ssh/id_ed25519", "~/.ssh/id_rsa"]),
    identitiesOnly: false,
    identityAgent: undefined,
    proxyJump: [],
    hostKeyAlias: undefined,
    connectTimeout: undefined,
    refused: [],
  });
});

test("user and port that are given are a part of the question, and the host can be no option", async () => {
  using ssh = fakeSsh({ mail1: answerOf({}) });

  await askSsh({ host: "mail1", sshConfigFile });
  await askSsh({ host: "mail1", user: "root", port: 2200, sshConfigFile: "relative/config" });

  expect(ssh.calls()).toEqual([`-G -F ${sshConfigFile} -- mail1`, "-G -F relative/config -l root -p 2200 -- mail1"]);
});

test.each([
  [
    "a ProxyCommand",
    { proxycommand: "nc %h %p" },
    "it sets ProxyCommand",
    "use ProxyJump in the place of ProxyCommand",
  ],
  [
    "RevokedHostKeys",
    { revokedhostkeys: "/etc/ssh/revoked" },
    "it sets RevokedHostKeys",
    "@revoked lines of known_hosts",
  ],
  ["no port", { port: "none" }, "no hostname, port and user", "check that `ssh -G`"],
])("%s is refused, and the host is not contacted", async (_what, more, found, next) => {
  using _ssh = fakeSsh({ mail1: answerOf(more) });

  const message = await askSsh({ host: "mail1", sshConfigFile }).catch((error: Error) => error.message);

  expect(message).toContain(`ask ssh what ${sshConfigFile} says of mail1`);
  expect(message).toContain(found);
  expect(message).toContain("the host was not contacted");
  expect(message).toContain(next);
});

test("a file that ssh can not read is told in its own words, with the line", async () => {
  using _ssh = fakeSsh({});

  await expect(askSsh({ host: "mail1", sshConfigFile })).rejects.toThrow(
    `found: ${sshConfigFile}: line 1: Bad configuration option: foo`,
  );
});

test("a machine without ssh is told what to install", async () => {
  const path = process.env.PATH;
  process.env.PATH = "/no/such/folder";
  try {
    await expect(askSsh({ host: "mail1", sshConfigFile })).rejects.toThrow(
      /there is no ssh on this machine[\s\S]*install the OpenSSH client, or leave connection\.sshConfigFile out/,
    );
  } finally {
    process.env.PATH = path;
  }
});
