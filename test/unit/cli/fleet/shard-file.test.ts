// The stack's file of a shard.
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "@jest/globals";
import { parse } from "yaml";
import { inventoryIn, readStackFile } from "../../../../cli/fleet/inventory.ts";
import { settingsOf, writeShardFile } from "../../../../cli/fleet/shard-file.ts";

const at = (host: string) => ({ host: `${host}.example.org` });
const sealed = (word: string) => ({ secure: `v1:${word}` });
const hosts = [
  { name: "mail1", connection: at("mail1") },
  { name: "mail2", connection: at("mail2"), accounts: [{ name: "newsletter", store: "sasldb" }], group: "clients" },
];
const settings = {
  hosts,
  groups: { clients: { ldap: { servers: ["ldaps://ldap.example.org"], bindDn: "cn=reader" }, mechanism: "ldap" } },
  accounts: [{ name: "everywhere" }],
  proofPassword: sealed("a"),
  ldapBindPassword: sealed("b"),
  tlsKey: sealed("c"),
  hostSecrets: { mail1: { sudoPassword: sealed("d") }, mail2: { sudoPassword: sealed("e") } },
  accountPasswords: { everywhere: sealed("f"), newsletter: sealed("g") },
};

describe("the settings of a shard", () => {
  test("are the fleet's with its own hosts, and without the secrets that none of them uses", () => {
    expect(settingsOf(settings, hosts.slice(0, 1))).toEqual({
      hosts: hosts.slice(0, 1),
      groups: settings.groups,
      accounts: settings.accounts,
      proofPassword: sealed("a"),
      hostSecrets: { mail1: { sudoPassword: sealed("d") } },
      accountPasswords: { everywhere: sealed("f") },
    });
  });

  test("have a secret that a host uses by its group or by its own setting", () => {
    const certified = { ...hosts[1], name: "mail2", connection: at("mail2"), tls: { certificate: "PEM" } };

    const own = settingsOf(settings, [certified]);

    expect(own).toMatchObject({ ldapBindPassword: sealed("b"), tlsKey: sealed("c") });
    expect(own).toMatchObject({ accountPasswords: settings.accountPasswords });
  });

  test("cannot be made where the secrets of all hosts are one secret", () => {
    expect(() => settingsOf({ ...settings, hostSecrets: sealed("all") }, hosts)).toThrow(/hostSecrets is one secret/);
  });
});

describe("the file", () => {
  let folder: string;
  const write = (name: string, text: string) => writeFileSync(join(folder, name), text);
  const read = () => readFileSync(join(folder, "Pulumi.production-shard-01.yaml"), "utf8");
  const shard = { stack: "production-shard-01", hosts: hosts.slice(0, 1) };
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "sasl-mail-host-shard-file-"));
    write("Pulumi.yaml", "name: sasl-mail-host\n");
    write(
      "Pulumi.production.yaml",
      'encryptionsalt: v1:salt\nconfig:\n  sasl-mail-host:hosts: "[]"\n  aws:region: x\n',
    );
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  test("of the fleet with a hostsFile has its hosts behind its own, and leaves the key to no shard", () => {
    write(
      "Pulumi.production.yaml",
      "config:\n  sasl-mail-host:hostsFile: hosts.yaml\n  sasl-mail-host:hosts:\n    - { name: mail1, connection: { host: mail1.example.org } }\n",
    );
    write("hosts.yaml", "- { name: mail2, connection: { host: mail2.example.org } }\n");

    const file = readStackFile(folder, "production");
    writeShardFile(folder, "production", file, shard);

    expect(inventoryIn(file, "production").map(({ name }) => name)).toEqual(["mail1", "mail2"]);
    expect(parse(read())).toEqual({ config: { "sasl-mail-host:hosts": shard.hosts } });
  });

  test.each([
    ["is missing", undefined, /hostsFile: hosts\.yaml cannot be read/],
    ["has a host without a connection", "- name: mail2\n", /hosts\.yaml, line 1: .*connection/],
    ["is empty", "", /hosts\.yaml, line 1: must be a list/],
  ])("is refused where the hostsFile %s", (_, text, message) => {
    write("Pulumi.production.yaml", "config:\n  sasl-mail-host:hostsFile: hosts.yaml\n");
    if (text !== undefined) write("hosts.yaml", text);

    expect(() => readStackFile(folder, "production")).toThrow(message);
  });

  test("has the salt of the fleet's file and keys of other providers, and is the same each time", () => {
    const file = readStackFile(folder, "production");
    writeShardFile(folder, "production", file, shard);
    const first = read();
    writeShardFile(folder, "production", file, shard);

    expect(read()).toBe(first);
    expect(first).toMatch(/^# made by `npm run fleet` from Pulumi\.production\.yaml/);
    expect(parse(first)).toEqual({
      encryptionsalt: "v1:salt",
      config: { "aws:region": "x", "sasl-mail-host:hosts": shard.hosts },
    });
  });

  test("keeps the salt that the engine gave it where the fleet's has none", () => {
    write("Pulumi.production.yaml", "config: {}\n");
    write("Pulumi.production-shard-01.yaml", "encryptionsalt: v1:own\n");

    writeShardFile(folder, "production", readStackFile(folder, "production"), shard);

    expect(parse(read())).toMatchObject({ encryptionsalt: "v1:own" });
  });

  test("is left where a person has made it", () => {
    write("Pulumi.production-shard-01.yaml", "config:\n  sasl-mail-host:hosts: []\n");

    expect(() => writeShardFile(folder, "production", readStackFile(folder, "production"), shard)).toThrow(
      /somebody keeps that stack by its own file/,
    );
    expect(read()).toContain("hosts: []");
  });

  test.each<[string, string, RegExp]>([
    ["is absent", "", /has no hosts/],
    ["has a host without a name", "hosts: [{}]", /hosts\[0\] has no name/],
    ["has a name twice", "hosts: [{name: a}, {name: b}, {name: a}]", /two hosts are called a/],
  ])("of a fleet whose list %s is refused", (_what, list, message) => {
    write("Pulumi.production.yaml", `config: {${list && `sasl-mail-host:${list}`}}\n`);

    expect(() => inventoryIn(readStackFile(folder, "production"), "production")).toThrow(message);
  });
});
