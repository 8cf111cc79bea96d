// The way to a host: what is given wins, ssh_config fills in the rest, and each jump host is found in the same way.
import { homedir } from "node:os";
import { join } from "node:path";
import { describe, expect, test } from "@jest/globals";
import { connectionSchema } from "../../../providers/host/connection-schema.ts";
import { type Hop, nameBeforeDial, nameOf } from "../../../providers/host/hop.ts";
import { routeTo } from "../../../providers/host/route.ts";
import { answerOf, fakeSsh } from "../../support/fake-ssh.ts";

const sshConfigFile = "config";
const route = (connection: object) => routeTo(connectionSchema.parse(connection));
const target = async (connection: object) => (await route(connection)).at(-1) as Hop;

const everything = {
  user: "ops",
  hostname: "192.0.2.7",
  port: 2222,
  identityfile: "~/.ssh/%n_%r_%p_%%",
  identityagent: "/run/agent",
  identitiesonly: "yes",
  hostkeyalias: "mail",
  userknownhostsfile: "/home/me/known /home/me/known2",
  globalknownhostsfile: "/etc/known",
  connecttimeout: 7,
};

describe("of what is not given", () => {
  test("everything is what ssh_config says", async () => {
    using _ssh = fakeSsh({ mail1: answerOf(everything) });

    expect(await target({ host: "mail1", sshConfigFile })).toMatchObject({
      host: "192.0.2.7",
      port: 2222,
      user: "ops",
      identityFiles: [join(homedir(), ".ssh/mail1_ops_2222_%")],
      agent: "/run/agent",
      identitiesOnly: true,
      knownAs: { host: "mail", port: 22 },
      knownHostsFiles: ["/home/me/known", "/home/me/known2", "/etc/known"],
      knownHostsGiven: false,
      perDialTimeout: 7,
    });
  });

  test("without an ssh_config the defaults are used, and ssh is not asked", async () => {
    using ssh = fakeSsh({});

    expect(await target({ host: "mail1" })).toMatchObject({
      host: "mail1",
      port: 22,
      user: "root",
      identityFiles: [],
      agent: undefined,
      identitiesOnly: false,
      knownAs: { host: "mail1", port: 22 },
      knownHostsFiles: [join(homedir(), ".ssh/known_hosts"), "/etc/ssh/ssh_known_hosts"],
      perDialTimeout: 15,
    });
    expect(ssh.calls()).toEqual([]);
  });

  test.each([
    ["none", undefined],
    ["SSH_AUTH_SOCK", "/run/mine"],
    ["$OTHER_AGENT", "/run/other"],
    ["$NO_SUCH_VARIABLE", undefined],
    ["~/agent", join(homedir(), "agent")],
  ])("the agent %s is %s", async (identityagent, agent) => {
    using _ssh = fakeSsh({ mail1: answerOf({ identityagent }) });
    Object.assign(process.env, { SSH_AUTH_SOCK: "/run/mine", OTHER_AGENT: "/run/other" });

    const hop = await target({ host: "mail1", sshConfigFile });

    delete process.env.SSH_AUTH_SOCK;
    delete process.env.OTHER_AGENT;
    expect(hop.agent).toBe(agent);
  });

  test("an IdentityFile with a token that is not known here stays as it is, so that it is told as not there", async () => {
    using _ssh = fakeSsh({ mail1: answerOf({ identityfile: "~/.ssh/%C" }) });

    expect((await target({ host: "mail1", sshConfigFile })).identityFiles).toEqual([join(homedir(), ".ssh/%C")]);
  });
});

test("what is given wins over ssh_config", async () => {
  using ssh = fakeSsh({ mail1: answerOf(everything) });
  const given = {
    user: "root",
    port: 22,
    privateKeyFile: "~/key",
    agentSocketPath: "/run/given",
    knownHostsFile: "known",
    perDialTimeout: 3,
    hostKey: "SHA256:xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx",
  };

  expect(await target({ host: "mail1", sshConfigFile, ...given })).toMatchObject({
    host: "192.0.2.7",
    user: "root",
    port: 22,
    privateKeyFile: join(homedir(), "key"),
    identityFiles: [],
    identitiesOnly: false,
    agent: "/run/given",
    knownHostsFiles: ["known"],
    knownHostsGiven: true,
    perDialTimeout: 3,
    hostKey: "SHA256:xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx",
  });
  expect(ssh.calls()).toEqual(["-G -F config -l root -p 22 -- mail1"]);
});

describe("jump hosts", () => {
  const names = (hops: readonly Hop[]) => hops.map(nameOf);

  test("that are given are visited from the innermost on", async () => {
    const outer = { host: "outer", user: "jumper" };
    const hops = await route({ host: "mail1", proxy: { host: "inner", port: 2201, proxy: outer } });

    expect(names(hops)).toEqual(["jumper@outer:22", "root@inner:2201", "root@mail1:22"]);
    expect(hops.map(({ setting }) => setting)).toEqual(["connection.proxy.proxy", "connection.proxy", "connection"]);
  });

  test("of ProxyJump are visited in its order, each found in the same file", async () => {
    using ssh = fakeSsh({
      mail1: answerOf({ hostname: "192.0.2.7", proxyjump: "jumper@outer:2201,inner" }),
      outer: answerOf({ hostname: "198.51.100.1", user: "jumper", port: 2201, proxyjump: "gate" }),
      inner: answerOf({ hostname: "10.0.0.1", proxyjump: "not.used" }),
      gate: answerOf({ hostname: "203.0.113.9" }),
    });

    expect(names(await route({ host: "mail1", sshConfigFile }))).toEqual([
      "ops@203.0.113.9:22 (gate)",
      "jumper@198.51.100.1:2201 (outer)",
      "ops@10.0.0.1:22 (inner)",
      "ops@192.0.2.7:22 (mail1)",
    ]);
    expect(ssh.calls()).toContain("-G -F config -l jumper -p 2201 -- outer");
  });

  test.each([
    ["ssh://me@outer:2201/", "-l me -p 2201 -- outer"],
    ["[2001:db8::1]:2201", "-p 2201 -- 2001:db8::1"],
    ["me@org@outer", "-l me@org -- outer"],
    ["gate-%h-%r", "-- gate-192.0.2.7-ops"],
  ])("of ProxyJump %s are asked for as %s", async (proxyjump, question) => {
    using ssh = fakeSsh({
      mail1: answerOf({ hostname: "192.0.2.7", proxyjump }),
      outer: answerOf({ hostname: "198.51.100.1" }),
      "2001:db8::1": answerOf({ hostname: "2001:db8::1" }),
      "gate-192.0.2.7-ops": answerOf({ hostname: "198.51.100.2" }),
    });

    await route({ host: "mail1", sshConfigFile });

    expect(ssh.calls().at(-1)).toBe(`-G -F config ${question}`);
  });

  test("that are given win over ProxyJump", async () => {
    using _ssh = fakeSsh({ mail1: answerOf({ hostname: "192.0.2.7", proxyjump: "gate" }) });

    expect(names(await route({ host: "mail1", sshConfigFile, proxy: { host: "mine" } }))).toEqual([
      "root@mine:22",
      "ops@192.0.2.7:22 (mail1)",
    ]);
  });

  test.each([
    ["itself", { mail1: answerOf({ proxyjump: "mail1" }) }],
    [
      "another that jumps back",
      { mail1: answerOf({ proxyjump: "gate" }), gate: answerOf({ port: 2, proxyjump: "mail1" }) },
    ],
    [
      "ever new names",
      Object.fromEntries(
        Array.from({ length: 30 }, (_, n) => [
          n === 0 ? "mail1" : `gate${n}`,
          answerOf({ hostname: `host${n}`, proxyjump: `gate${n + 1}` }),
        ]),
      ),
    ],
  ])("that never end (%s) are an error", async (_what, answers) => {
    using _ssh = fakeSsh(answers);

    await expect(route({ host: "mail1", sshConfigFile })).rejects.toThrow(
      /it has no end: ops@[\s\S]*the host was not contacted[\s\S]*Host \* !bastion/,
    );
  });

  test("are opened by the passphrase of the target where they have none of their own", async () => {
    const proxy = { host: "inner", proxy: { host: "outer", privateKeyPassword: "own" } };

    const hops = await route({ host: "mail1", privateKeyPassword: "shared", password: "secret", proxy });

    expect(hops.map(({ privateKeyPassword }) => privateKeyPassword)).toEqual(["own", "shared", "shared"]);
    // a password is for the host that it was given for
    expect(hops.map(({ password }) => password)).toEqual([undefined, undefined, "secret"]);
  });
});

test.each([
  [{ host: "mail1" }, "root@mail1:22"],
  [{ host: "mail1", port: 2222, user: "ops" }, "ops@mail1:2222"],
  [{ host: "mail1", sshConfigFile: "~/.ssh/config" }, "mail1 of ~/.ssh/config"],
])("before it was dialled %j is called %s", (connection, name) => {
  expect(nameBeforeDial(connectionSchema.parse(connection))).toBe(name);
});
