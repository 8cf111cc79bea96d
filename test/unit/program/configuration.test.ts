// The stack's configuration: what a host gets of it. What is refused: mistakes.test.ts.
import { afterEach, describe, expect, test } from "@jest/globals";
import * as pulumi from "@pulumi/pulumi";
import { parse } from "yaml";
import { configured } from "../../support/configured.ts";
import { blocks } from "../../support/documentation.ts";

const connection = { host: "mail1.example.org" };
const mail1 = { name: "mail1", connection };
const mail2 = { name: "mail2", connection: { host: "mail2.example.org" } };
const mail3 = { name: "mail3", connection: { host: "mail3.example.org" } };
const directory = { servers: ["ldaps://ldap.example.org"], searchBase: "dc=example,dc=org" };
const other = { servers: ["ldaps://ldap.example.net"], searchBase: "dc=example,dc=net" };
const files = { certificateFile: "/etc/ssl/mail.pem", keyFile: "/etc/ssl/mail.key" };

const plain = (output: pulumi.Output<string> | undefined) =>
  (output as { promise(): Promise<string> } | undefined)?.promise();

afterEach(() => pulumi.runtime.setAllConfig({}));

describe("a host", () => {
  test("has what the stack says, and its own word where it has one", () => {
    const { hosts } = configured({ hosts: [mail1, { ...mail2, submission: true }], tls: files, submission: false });

    expect(hosts.map(({ name, submission, tls }) => [name, submission, tls?.certificateFile])).toEqual([
      ["mail1", false, "/etc/ssl/mail.pem"],
      ["mail2", true, "/etc/ssl/mail.pem"],
    ]);
  });

  test("with a certificate of its own does not get the stack's source besides", () => {
    const { hosts } = configured({
      hosts: [mail1, { ...mail2, tls: { selfSigned: true } }],
      tls: { ...files, expiryWarningDays: 7 },
    });

    expect(hosts[1]?.tls).toEqual({ selfSigned: true, expiryWarningDays: 7 });
  });

  test.each([
    [
      "its own mechanism instead of the stack's, without the server that only that would ask",
      { mechanism: "pam" },
      { mechanism: "pam" },
    ],
    ["its own directory", { ldap: other }, { mechanism: "ldap", ldap: other }],
    ["the same mechanism, said again", { mechanism: "ldap" }, { mechanism: "ldap", ldap: directory }],
    [
      "an IMAP server of its own",
      { mechanism: "rimap", rimap: { host: "localhost" } },
      { mechanism: "rimap", rimap: { host: "localhost" } },
    ],
    [
      "its own word on the realm and on what is remembered",
      { realmInLogin: true, cache: false },
      { mechanism: "ldap", ldap: directory, realmInLogin: true, cache: false },
    ],
  ])("knows its users by %s", (_what, own, expected) => {
    const { hosts } = configured({ hosts: [mail1, { ...mail2, ...own }], mechanism: "ldap", ldap: directory });
    const backend = hosts.map(({ mechanism, ldap, rimap, realmInLogin, cache }) => ({
      mechanism,
      ldap,
      rimap,
      realmInLogin,
      cache,
    }));

    expect(backend).toEqual([
      { mechanism: "ldap", ldap: directory, realmInLogin: false },
      { realmInLogin: false, ...expected },
    ]);
  });

  test("makes its own accounts in the place of the stack's, with passwords out of one key", async () => {
    const { hosts } = configured(
      {
        hosts: [mail1, { ...mail2, accounts: [{ name: "bob" }] }, { ...mail3, accounts: [] }],
        accounts: [{ name: "alice" }],
        accountPasswords: { alice: "a", bob: "b" },
      },
      ["accountPasswords"],
    );
    const made = hosts.map(({ accounts }) => accounts.map(({ name, password }) => [name, plain(password)]));

    expect(
      await Promise.all(made.map((list) => Promise.all(list.map(async ([name, password]) => [name, await password])))),
    ).toEqual([[["alice", "a"]], [["bob", "b"]], []]);
  });

  test("has its own secrets in the place of the stack's, and they stay secret", async () => {
    const asks = { ...directory, bindDn: "cn=mail,dc=example,dc=org" };
    const { hosts } = configured(
      {
        hosts: [mail1, mail2],
        mechanism: "ldap",
        ldap: asks,
        ldapBindPassword: "of the stack",
        proofUsername: "alice",
        proofPassword: "of the stack",
        hostSecrets: { mail2: { proofPassword: "of mail2", ldapBindPassword: "also of mail2" } },
      },
      ["ldapBindPassword", "proofPassword", "hostSecrets"],
    );
    const all = hosts.flatMap(({ ldap, proofPassword }) => [ldap?.bindPassword, proofPassword]);

    expect(await Promise.all(all.map(plain))).toEqual(["of the stack", "of the stack", "also of mail2", "of mail2"]);
    expect(await Promise.all(all.map((output) => pulumi.isSecret(output as pulumi.Output<string>)))).toEqual([
      true,
      true,
      true,
      true,
    ]);
  });

  test("has its own access and its own passwords of accounts in the place of the stack's", async () => {
    const asOperator = <Host extends { connection: object }>(host: Host) => ({
      ...host,
      connection: { ...host.connection, user: "operator" },
    });
    const { hosts } = configured(
      {
        hosts: [asOperator(mail1), asOperator(mail2)],
        accounts: [{ name: "alice" }],
        accountPasswords: { alice: "of the stack" },
        sudoPassword: "of the stack",
        hostSecrets: {
          mail2: { sudoPassword: "of mail2", sshPassword: "also of mail2", accountPasswords: { alice: "of mail2" } },
        },
      },
      ["accountPasswords", "sudoPassword", "hostSecrets"],
    );
    const secrets = hosts.map(({ connection, accounts }) => [
      connection.sudoPassword,
      connection.password,
      accounts[0]?.password,
    ]);

    expect(await Promise.all(secrets.map((all) => Promise.all(all.map(plain))))).toEqual([
      ["of the stack", undefined, "of the stack"],
      ["of mail2", "also of mail2", "of mail2"],
    ]);
  });

  test("needs no password of the stack where each host has its own for the account", async () => {
    const { hosts } = configured(
      {
        hosts: [mail1, mail2],
        accounts: [{ name: "bob" }],
        hostSecrets: { mail1: { accountPasswords: { bob: "1" } }, mail2: { accountPasswords: { bob: "2" } } },
      },
      ["hostSecrets"],
    );

    expect(await Promise.all(hosts.map(({ accounts }) => plain(accounts[0]?.password)))).toEqual(["1", "2"]);
  });

  test("has what its group says in the place of the stack's, and its own word in the place of both", () => {
    const group = { smtps: false, submission: true, tls: { serverName: "group" }, options: { a: "group", b: "group" } };
    const { hosts } = configured({
      hosts: [mail1, { ...mail2, group: "g" }, { ...mail3, group: "g", smtps: true, options: { b: "host" } }],
      groups: { g: { ...group, takeOverFrom: "old/stack" } },
      tls: files,
      options: { a: "stack", c: "stack" },
      threads: 2,
      finalState: "stopped",
    });

    expect(
      hosts.map(({ smtps, submission, tls, options, takeOverFrom }) => [
        smtps,
        submission,
        tls?.serverName,
        options,
        takeOverFrom,
      ]),
    ).toEqual([
      [true, false, undefined, { a: "stack", c: "stack" }, undefined],
      [false, true, "group", { a: "group", b: "group", c: "stack" }, "old/stack"],
      [true, true, "group", { a: "group", b: "host", c: "stack" }, "old/stack"],
    ]);
    expect(hosts.map(({ tls, threads, finalState }) => [tls?.certificateFile, threads, finalState])).toEqual(
      Array(3).fill(["/etc/ssl/mail.pem", 2, "stopped"]),
    );
  });

  test("has no TLS where nobody asks for it", () => {
    expect(configured({ hosts: [mail1] }).hosts[0]?.tls).toBeUndefined();
  });
});

test("docs/how-to/fleet.md: groups", () => {
  const text = blocks().find(({ begins }) => begins === "sasl-mail-host:groups:")?.text ?? "";
  const keys = Object.entries(parse(text) as object).map(([key, value]) => [key.replace("sasl-mail-host:", ""), value]);

  const { hosts } = configured({ ...Object.fromEntries(keys), tls: files });

  expect(hosts.map(({ submission, limits }) => [submission, limits?.authRate])).toEqual([
    [false, undefined],
    [true, 10],
    [true, 10],
  ]);
});
