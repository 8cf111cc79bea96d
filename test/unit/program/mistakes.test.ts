// Mistakes in a stack's configuration: each ends in few lines that name the key as it was written, the host, and what to do.
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "@jest/globals";
import * as pulumi from "@pulumi/pulumi";
import { stringify } from "yaml";
import { configured } from "../../support/configured.ts";
import { messageOf } from "../../support/run-error.ts";

const connection = { host: "mail1.example.org" };
const mail1 = { name: "mail1", connection };
const mail2 = { name: "mail2", connection: { host: "mail2.example.org" } };
const hosts = [mail1];
const directory = { servers: ["ldaps://ldap.example.org"], searchBase: "dc=example,dc=org" };
const files = { certificateFile: "/etc/ssl/mail.pem", keyFile: "/etc/ssl/mail.key" };

const pem = "-----BEGIN CERTIFICATE-----\n";

interface Mistake {
  readonly what: string;
  readonly values: Record<string, unknown>;
  readonly secrets?: readonly string[];
  /** The lines below the first, which is the same for all. */
  readonly says: readonly string[];
}

const mistakes: readonly Mistake[] = [
  { what: "tsl for tls", values: { hosts, tsl: files }, says: ["tsl: unknown key; did you mean tls?"] },
  { what: "TLS for tls", values: { hosts, TLS: files }, says: ["TLS: unknown key; did you mean tls?"] },
  {
    what: "proofPasword",
    values: { hosts, proofUsername: "alice", proofPasword: "secret" },
    secrets: ["proofPasword"],
    says: ["proofPasword: unknown key; did you mean proofPassword?"],
  },
  {
    what: "host for hosts",
    values: { host: [mail1], hosts: [] },
    says: [
      "host: unknown key; did you mean hosts?",
      'hosts: must name at least one host; README.md, "Your own host", has the commands',
    ],
  },
  {
    what: "finalstate",
    values: { hosts, finalstate: "stopped" },
    says: ["finalstate: unknown key; did you mean finalState?"],
  },
  {
    what: "a key of another program",
    values: { hosts, colour: "blue" },
    says: [
      "colour: unknown key; known here are hosts, hostsFile, groups, tls, smtps, submission, limits, options, senderDomains, finalState, allowCleartext, outside, mechanism, accounts, cache, realmInLogin, ldap, rimap, threads, saslauthdOptions, takeOverSaslauthd, socketDirectory, proofUsername, takeOverFrom, proofPassword, sshPassword, sshKeyPassphrase, sudoPassword, hostSecrets, tlsKey, accountPasswords, ldapBindPassword, rollout",
    ],
  },
  {
    what: "a part of tls beside it",
    values: { hosts, certificatFile: "/etc/ssl/mail.pem" },
    says: ["certificatFile: unknown key here; did you mean tls.certificateFile?"],
  },
  {
    what: "a path for a name, as without --path",
    values: { hosts, "tls.selfSigned": "true" },
    says: [
      "tls.selfSigned: the key has a path for its name: set it with `pulumi config set --stack stack --path 'tls.selfSigned'`, and take this one away with `pulumi config rm --stack stack 'tls.selfSigned'`",
    ],
  },
  {
    what: "a namespace that is nearly the project's",
    values: { hosts, "projekt:tls": files, "aws:region": "eu" },
    says: ["projekt:tls: nobody reads it, since the project is called project; did you mean project:tls?"],
  },
  {
    what: "conection in a host",
    values: { hosts: [{ name: "mail1", conection: connection }] },
    says: [
      "hosts[0].conection (host mail1): unknown key; did you mean connection?",
      "hosts[0].connection (host mail1): is missing",
    ],
  },
  {
    what: "prot in the connection of a jump host",
    values: { hosts: [mail1, { name: "mail2", connection: { host: "a", proxy: { host: "b", prot: 22 } } }] },
    says: ["hosts[1].connection.proxy.prot (host mail2): unknown key; did you mean port?"],
  },
  {
    what: "tsl in a host",
    values: { hosts: [{ ...mail1, tsl: files }] },
    says: ["hosts[0].tsl (host mail1): unknown key; did you mean tls?"],
  },
  {
    what: "unknown keys in tls, ldap, rimap, limits and rollout",
    values: {
      hosts,
      tls: { ...files, servername: "a" },
      ldap: { ...directory, server: [] },
      rimap: { host: "localhost", prot: 143 },
      limits: { authrate: 5 },
      rollout: { canaries: 1 },
    },
    says: [
      "tls.servername: unknown key; did you mean serverName?",
      "limits.authrate: unknown key; did you mean authRate?",
      "ldap.server: unknown key; did you mean servers?",
      "rimap.prot: unknown key; did you mean port?",
      "rollout.canaries: unknown key; known here are canary, batch",
    ],
  },
  {
    what: "an unknown key of an account",
    values: { hosts: [{ ...mail1, accounts: [{ name: "bob", stoer: "sasldb" }] }] },
    says: ["hosts[0].accounts[0].stoer (host mail1): unknown key; did you mean store?"],
  },
  {
    what: "an unknown secret of a host",
    values: { hosts, hostSecrets: { mail1: { proofPasswort: "x" } } },
    secrets: ["hostSecrets"],
    says: ["hostSecrets.mail1.proofPasswort: unknown key; did you mean proofPassword?"],
  },
  {
    what: "a key of the stack in a host",
    values: { hosts: [{ ...mail1, rollout: { canary: 1 } }] },
    says: ["hosts[0].rollout (host mail1): unknown key here; did you mean rollout of the whole stack?"],
  },
  {
    what: "no host",
    values: { hosts: [] },
    says: ['hosts: must name at least one host; README.md, "Your own host", has the commands'],
  },
  {
    what: "two hosts of one name",
    values: { hosts: [mail1, { ...mail2, name: "mail1" }] },
    says: ["hosts: two are called mail1: each host needs a name of its own"],
  },
  {
    what: "a port that is none",
    values: { hosts: [{ ...mail1, connection: { ...connection, port: 0 } }] },
    says: ["hosts[0].connection.port (host mail1): must be at least 1"],
  },
  {
    what: "a port as text",
    values: { hosts: [{ ...mail1, connection: { ...connection, port: "22" } }] },
    says: ["hosts[0].connection.port (host mail1): must be a number, and is text"],
  },
  {
    what: "a name with capitals",
    values: { hosts: [{ ...mail1, name: "Mail1" }] },
    says: ["hosts[0].name (host Mail1): must be lower case letters, digits and dashes"],
  },
  { what: "true for tls", values: { hosts, tls: true }, says: ["tls: must be an object, and is true"] },
  { what: "yes for true", values: { hosts, smtps: "yes" }, says: ["smtps: must be true or false, and is text"] },
  {
    what: "tls of a host left empty",
    values: { hosts: [{ ...mail1, tls: null }] },
    says: ["hosts[0].tls (host mail1): must be an object, and is empty"],
  },
  {
    what: "an unknown mechanism",
    values: { hosts, mechanism: "lpad" },
    says: ["mechanism: must be one of pam, shadow, getpwent, sasldb, ldap, rimap, kerberos5; did you mean ldap?"],
  },
  {
    what: "an unknown final state",
    values: { hosts: [{ ...mail1, finalState: "stop" }] },
    says: ["hosts[0].finalState (host mail1): must be one of running, stopped; did you mean stopped?"],
  },
  {
    what: "two sources of a certificate",
    values: { hosts: [mail1, mail2], tls: { ...files, selfSigned: true } },
    says: [
      "tls (hosts mail1, mail2): give exactly one of certificateFile with keyFile, certificate (and the secret tlsKey), or selfSigned: true",
    ],
  },
  {
    what: "a certificate without its key",
    values: { hosts, tls: { certificate: pem } },
    says: [
      "tls.certificate (host mail1): needs its private key: set it with `pulumi config set --stack stack --secret tlsKey` (the PEM text over standard input: < key.pem), or for this host alone with `pulumi config set --stack stack --secret --path 'hostSecrets.mail1.tlsKey'`",
    ],
  },
  {
    what: "a certificate file without its key file",
    values: { hosts, tls: { certificateFile: "/a.pem" } },
    says: ["tls (host mail1): certificateFile and keyFile must be given together"],
  },
  {
    what: "a key without its certificate",
    values: { hosts, tlsKey: pem },
    secrets: ["tlsKey"],
    says: [
      "tlsKey: is set, and no host has the tls.certificate that it would belong to: set that too, or take it away with `pulumi config rm --stack stack tlsKey`",
    ],
  },
  {
    what: "a bind password without a directory that wants one",
    values: { hosts, mechanism: "ldap", ldap: directory, ldapBindPassword: "x" },
    secrets: ["ldapBindPassword"],
    says: [
      "ldapBindPassword: is set, and no host has the ldap.bindDn that it would belong to: set that too, or take it away with `pulumi config rm --stack stack ldapBindPassword`",
    ],
  },
  {
    what: "secrets of a host that is not there",
    values: { hosts, hostSecrets: { mial1: { proofPassword: "x" } } },
    secrets: ["hostSecrets"],
    says: ["hostSecrets.mial1: no host has this name; did you mean mail1?"],
  },
  {
    what: "a secret of a host that it has no use for",
    values: { hosts: [mail1, mail2], hostSecrets: { mail2: { tlsKey: pem } } },
    secrets: ["hostSecrets"],
    says: [
      "hostSecrets.mail2.tlsKey: is set, and mail2 has no tls.certificate that it would belong to: set that too, or take it away with `pulumi config rm --stack stack --path 'hostSecrets.mail2.tlsKey'`",
    ],
  },
  {
    what: "a secret of a host under the stack's own name for it",
    values: { hosts, hostSecrets: { mail1: { sudoPasswort: "x" } } },
    secrets: ["hostSecrets"],
    says: ["hostSecrets.mail1.sudoPasswort: unknown key; did you mean sudoPassword?"],
  },
  {
    what: "a host's own password for an account that it does not have",
    values: {
      hosts: [{ ...mail1, accounts: [{ name: "bob" }] }, mail2],
      hostSecrets: { mail1: { accountPasswords: { bob: "x" } }, mail2: { accountPasswords: { bob: "x" } } },
    },
    secrets: ["hostSecrets"],
    says: ["hostSecrets.mail2.accountPasswords.bob: mail2 has no such account"],
  },
  {
    what: "a host's sudo password beside its connection",
    values: { hosts: [{ ...mail1, sudoPassword: "x" }] },
    says: [
      "hosts[0].sudoPassword (host mail1): a secret has a key of its own: `pulumi config set --stack stack --secret --path 'hostSecrets.mail1.sudoPassword'`, and take this one out of the file, where it stands in plain text",
    ],
  },
  {
    what: "secrets of hosts in plain text",
    values: {
      hosts: [mail1, mail2],
      proofUsername: "alice",
      hostSecrets: { mail1: { proofPassword: "x", sudoPassword: "y" }, mail2: { proofPassword: "x" } },
    },
    says: [
      "hostSecrets.mail1.proofPassword: stands in plain text: set it again with `pulumi config set --stack stack --secret --path 'hostSecrets.mail1.proofPassword'`, and use a new secret where others may have read the file",
      "hostSecrets.mail1.sudoPassword: stands in plain text: set it again with `pulumi config set --stack stack --secret --path 'hostSecrets.mail1.sudoPassword'`, and use a new secret where others may have read the file",
      "hostSecrets.mail2.proofPassword: stands in plain text: set it again with `pulumi config set --stack stack --secret --path 'hostSecrets.mail2.proofPassword'`, and use a new secret where others may have read the file",
    ],
  },
  {
    what: "a secret in plain text",
    values: { hosts, proofUsername: "alice", proofPassword: "secret" },
    says: [
      "proofPassword: stands in plain text: set it again with `pulumi config set --stack stack --secret proofPassword`, and use a new secret where others may have read the file",
    ],
  },
  {
    what: "an account without a password",
    values: { hosts: [{ ...mail1, accounts: [{ name: "bob" }] }] },
    says: [
      "accountPasswords.bob: is missing: set it with `pulumi config set --stack stack --secret --path 'accountPasswords.bob'`",
    ],
  },
  {
    what: "a password of an account that is spelled otherwise",
    values: { hosts: [{ ...mail1, accounts: [{ name: "bob" }] }], accountPasswords: { bbo: "x" } },
    secrets: ["accountPasswords"],
    says: [
      "accountPasswords.bbo: no host has the account; did you mean bob?",
      "accountPasswords.bob: is missing: set it with `pulumi config set --stack stack --secret --path 'accountPasswords.bob'`",
    ],
  },

  {
    what: "ldap without servers",
    values: { hosts, mechanism: "ldap", ldap: { searchBase: "dc=example,dc=org" } },
    says: ["ldap.servers: is missing"],
  },
  {
    what: "the mechanism ldap without ldap",
    values: { hosts: [mail1, mail2], mechanism: "ldap" },
    says: [
      "ldap (hosts mail1, mail2): the mechanism ldap has to know which directory to ask: set ldap.servers and ldap.searchBase",
    ],
  },
  {
    what: "the mechanism rimap of one host without rimap",
    values: { hosts: [mail1, { ...mail2, mechanism: "rimap" }] },
    says: ["rimap (host mail2): the mechanism rimap has to know which IMAP server to ask: set rimap.host"],
  },
  {
    what: "ldap without a search base",
    values: { hosts, mechanism: "ldap", ldap: { servers: directory.servers } },
    says: ["ldap (host mail1): searchBase is missing: below which entry are the users? Set ldap.searchBase"],
  },
  {
    what: "ldap that nobody asks",
    values: { hosts, ldap: directory },
    says: [
      "ldap (host mail1): a directory that nobody would ask: the mechanism is pam. Set mechanism to ldap, or take ldap away",
    ],
  },
  {
    what: "a bind DN without its password",
    values: { hosts, mechanism: "ldap", ldap: { ...directory, bindDn: "cn=mail" } },
    says: [
      "ldapBindPassword (host mail1): bindDn needs its password: an LDAP server takes a bind without one for an anonymous one (RFC 4513, 5.1.2): set it with `pulumi config set --stack stack --secret ldapBindPassword`",
    ],
  },
  {
    what: "passwords to a directory in clear text",
    values: { hosts, mechanism: "ldap", ldap: { ...directory, servers: ["ldap://ldap.example.org"] } },
    says: [
      "ldap (host mail1): passwords would go to ldap://ldap.example.org in clear text: use ldaps:// or startTls: true, or say allowCleartext: true",
    ],
  },
  {
    what: "an account with capitals in its name",
    values: { hosts, accounts: [{ name: "Alice" }], accountPasswords: { Alice: "x" } },
    secrets: ["accountPasswords"],
    says: ["accounts[0].name: must be a user or group name: a-z, 0-9, - _ . and at most 32 characters"],
  },
  {
    what: "a realm for a user of the host",
    values: {
      hosts,
      accounts: [{ name: "alice", realm: "example.org" }],
      accountPasswords: { "alice@example.org": "x" },
    },
    secrets: ["accountPasswords"],
    says: ["accounts.realm (host mail1): alice: a user of the host has no realm: it is for store sasldb"],
  },
  {
    what: "an account's password over two lines",
    values: { hosts, accounts: [{ name: "alice" }], accountPasswords: { alice: "x\ny" } },
    secrets: ["accountPasswords"],
    says: ["accountPasswords.alice: must be one line"],
  },
  {
    what: "two hosts with one address",
    values: { hosts: [mail1, { name: "mail2", connection: { host: "MAIL1.example.org.", user: "deploy" } }] },
    says: [
      "hosts[1].connection (host mail2): the same address and port as mail1: a host stands in the list once; take one of the two out",
    ],
  },
  {
    what: "proofUsername without proofPassword",
    values: { hosts: [mail1, mail2], proofUsername: "alice" },
    says: [
      "proofUsername (hosts mail1, mail2): has no password: set `pulumi config set --stack stack --secret proofPassword`, or take it away (a login that exists nowhere is tried then)",
    ],
  },
  {
    what: "proofPassword without proofUsername",
    values: { hosts, proofPassword: "x" },
    secrets: ["proofPassword"],
    says: [
      "proofPassword (host mail1): is the password of nobody: set proofUsername, too, or take it away (a login that exists nowhere is tried then)",
    ],
  },
  {
    what: "a host's own proofPassword without a user",
    values: { hosts, hostSecrets: { mail1: { proofPassword: "x" } } },
    secrets: ["hostSecrets"],
    says: [
      "hostSecrets.mail1.proofPassword (host mail1): is the password of nobody: set proofUsername, too, or take it away (a login that exists nowhere is tried then)",
    ],
  },
  {
    what: "a host's own proofUsername without any password",
    values: { hosts: [{ ...mail1, proofUsername: "bob" }] },
    says: [
      "proofUsername (host mail1): has no password: set `pulumi config set --stack stack --secret --path 'hostSecrets.mail1.proofPassword'`, or take it away (a login that exists nowhere is tried then)",
    ],
  },
  {
    what: "a host's own proofUsername with the stack's password",
    values: { hosts: [mail1, { ...mail2, proofUsername: "bob" }], proofUsername: "alice", proofPassword: "x" },
    secrets: ["proofPassword"],
    says: [
      "proofUsername (host mail2): bob needs a password of its own: set `pulumi config set --stack stack --secret --path 'hostSecrets.mail2.proofPassword'`; proofPassword is that of alice",
    ],
  },
  {
    what: "a host's own proofUsername with the stack's password, which is nobody's",
    values: { hosts: [{ ...mail1, proofUsername: "bob" }], proofPassword: "x" },
    secrets: ["proofPassword"],
    says: [
      "proofUsername (host mail1): bob needs a password of its own: set `pulumi config set --stack stack --secret --path 'hostSecrets.mail1.proofPassword'`; the stack's proofPassword belongs to the stack's proofUsername, which is not set",
    ],
  },
  {
    what: "sudoPassword in a connection",
    values: { hosts: [{ ...mail1, connection: { ...connection, sudoPassword: "hunter2" } }] },
    says: [
      "hosts[0].connection.sudoPassword (host mail1): a secret has a key of its own: `pulumi config set --stack stack --secret sudoPassword`, and take this one out of the file, where it stands in plain text",
    ],
  },
  {
    what: "passwords and a passphrase in the connection of a jump host",
    values: {
      hosts: [
        {
          ...mail1,
          connection: { ...connection, proxy: { host: "jump", password: "hunter2", privateKeyPassword: "hunter2" } },
        },
      ],
    },
    says: [
      "hosts[0].connection.proxy.password (host mail1): a jump host has no password here: let it take a key, by privateKeyFile or the ssh-agent; and take the password out of the file, where it stands in plain text",
      "hosts[0].connection.proxy.privateKeyPassword (host mail1): a secret has a key of its own: `pulumi config set --stack stack --secret sshKeyPassphrase`, and take this one out of the file, where it stands in plain text",
    ],
  },
  {
    what: "secrets beside a host, in tls, in ldap and in an account",
    values: {
      hosts: [
        {
          ...mail1,
          proofPassword: "hunter2",
          tls: { ...files, key: "PEM" },
          ldap: { ...directory, bindPassword: "hunter2" },
          accounts: [{ name: "bob", password: "hunter2" }],
        },
      ],
    },
    says: [
      "hosts[0].tls.key (host mail1): a secret has a key of its own: `pulumi config set --stack stack --secret tlsKey`, and take this one out of the file, where it stands in plain text",
      "hosts[0].accounts[0].password (host mail1): a secret has a key of its own: `pulumi config set --stack stack --secret --path 'accountPasswords.bob'`, and take this one out of the file, where it stands in plain text",
      "hosts[0].ldap.bindPassword (host mail1): a secret has a key of its own: `pulumi config set --stack stack --secret ldapBindPassword`, and take this one out of the file, where it stands in plain text",
      "hosts[0].proofPassword (host mail1): a secret has a key of its own: `pulumi config set --stack stack --secret --path 'hostSecrets.mail1.proofPassword'`, and take this one out of the file, where it stands in plain text",
    ],
  },
  {
    what: "a private key in a connection",
    values: { hosts: [{ ...mail1, connection: { ...connection, privateKey: "PEM" } }] },
    says: [
      "hosts[0].connection.privateKey (host mail1): a key stays in its file: give the path as privateKeyFile, and take the key out of this one, where it stands in plain text",
    ],
  },
  {
    what: "submission without tls",
    values: { hosts, submission: true },
    says: [
      "submission (host mail1): submission (port 587) is STARTTLS, and that needs a certificate: give tls, or leave submission off",
    ],
  },
  {
    what: "a realm of logins that only the host knows, and an account without its own",
    values: {
      hosts,
      options: { smtpd_sasl_local_domain: "$mydomain" },
      accounts: [{ name: "alice", store: "sasldb" }],
      accountPasswords: { alice: "x" },
    },
    secrets: ["accountPasswords"],
    says: [
      "options.smtpd_sasl_local_domain (host mail1): smtpd_sasl_local_domain is $mydomain, whose value only the host knows: give the sasldb account alice a realm",
    ],
  },
  {
    what: "no port to log in on",
    values: { hosts, tls: files, smtps: false },
    says: ["smtps (host mail1): smtps and submission are both off: there would be no port to log in on"],
  },
  {
    what: "finalState: running without tls",
    values: { hosts, finalState: "running" },
    says: [
      "finalState (host mail1): running without tls leaves passwords in clear text on the network: configure tls, or say allowCleartext: true",
    ],
  },
  {
    what: "a path for the PEM of a certificate",
    values: { hosts, tls: { certificate: "/etc/ssl/mail.pem" } },
    says: ["tls.certificate: must be PEM: text with a line -----BEGIN …-----"],
  },
  {
    what: "a certificate file by a relative path",
    values: { hosts, tls: { ...files, certificateFile: "mail.pem" } },
    says: ["tls.certificateFile: must be an absolute path of printable ASCII characters"],
  },

  {
    what: "a group that is not there",
    values: { hosts: [{ ...mail1, group: "inbuond" }], groups: { inbound: { submission: false } } },
    says: ["hosts[0].group (host mail1): no group is called inbuond; did you mean inbound?"],
  },
  {
    what: "tsl in a group",
    values: { hosts: [{ ...mail1, group: "inbound" }], groups: { inbound: { tsl: files } } },
    says: ["groups.inbound.tsl: unknown key; did you mean tls?"],
  },
  {
    what: "a stack to take over from without its project",
    values: { hosts: [{ ...mail1, takeOverFrom: "production" }] },
    says: ["hosts[0].takeOverFrom (host mail1): must be project/stack"],
  },
  {
    what: "an option with a space in its name",
    values: { hosts: [{ ...mail1, options: { "smtpd banner": "x" } }] },
    says: ['hosts[0].options["smtpd banner"] (host mail1): the name must be a Postfix parameter name'],
  },
  { what: "more threads than can be", values: { hosts, threads: 101 }, says: ["threads: must be at most 100"] },
  {
    what: "a socket directory with a space",
    values: { hosts, socketDirectory: "/var/spool/post fix" },
    says: ["socketDirectory: must be made of letters, digits, . _ - and /"],
  },
];

afterEach(() => pulumi.runtime.setAllConfig({}));

test.each(mistakes)("$what", ({ values, secrets = [], says }) => {
  expect(messageOf(() => configured(values, secrets))).toEqual([
    "the configuration of this stack cannot be used, and nothing was changed:",
    ...says.map((line) => `  ${line}`),
  ]);
});

describe("secrets of which some are encrypted", () => {
  const encrypted = { secure: "v1:AAAA:BBBB" };
  const values = {
    hosts: [{ ...mail1, accounts: [{ name: "bob" }, { name: "eve" }] }, mail2],
    hostSecrets: { mail1: { sshPassword: "x" }, mail2: { sudoPassword: "y" } },
    accountPasswords: { bob: "x", eve: "y" },
  };
  const secrets = ["hostSecrets", "accountPasswords"];
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "sasl-mail-host-secrets-"));
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  function stackFile(config: object): string {
    const file = join(folder, "Pulumi.stack.yaml");
    writeFileSync(file, stringify({ config }));
    return file;
  }

  test.each(["project:", "project:config:", ""])("each other one is refused, under keys with %j", (prefix) => {
    const file = stackFile({
      [`${prefix}hostSecrets`]: { mail1: { sshPassword: encrypted }, mail2: { sudoPassword: "y" } },
      [`${prefix}accountPasswords`]: { bob: "x", eve: encrypted },
    });

    const message = messageOf(() => configured(values, secrets, file));

    expect(message.slice(1)).toEqual([
      "  hostSecrets.mail2.sudoPassword: stands in plain text: set it again with `pulumi config set --stack stack --secret --path 'hostSecrets.mail2.sudoPassword'`, and use a new secret where others may have read the file",
      "  accountPasswords.bob: stands in plain text: set it again with `pulumi config set --stack stack --secret --path 'accountPasswords.bob'`, and use a new secret where others may have read the file",
    ]);
  });

  test.each([
    ["each is encrypted", { mail1: { sshPassword: encrypted }, mail2: { sudoPassword: encrypted } }],
    ["they are encrypted as a whole", encrypted],
    ["those of the file are not the ones in use", { mail1: { sshPassword: "old" }, mail2: { sudoPassword: "older" } }],
  ])("they are accepted where %s", (_what, hostSecrets) => {
    const file = stackFile({ "project:hostSecrets": hostSecrets, "project:accountPasswords": encrypted });

    expect(configured(values, secrets, file).hosts).toHaveLength(2);
  });

  test.each([
    ["is absent", undefined],
    ["is empty", ""],
    ["cannot be parsed", "config: {"],
  ])("they are accepted where the stack's file %s, since they are from elsewhere then", (_what, text) => {
    const file = join(folder, "Pulumi.stack.yaml");
    if (text !== undefined) writeFileSync(file, text);

    expect(configured(values, secrets, file).hosts).toHaveLength(2);
  });
});
