// Mistakes in a stack's configuration: each ends in few lines that name the key as it was written, the host, and what to do.
import { afterEach, expect, test } from "@jest/globals";
import * as pulumi from "@pulumi/pulumi";
import { configured } from "../../support/configured.ts";

const connection = { host: "mail1.example.org" };
const mail1 = { name: "mail1", connection };
const mail2 = { name: "mail2", connection: { host: "mail2.example.org" } };
const hosts = [mail1];
const directory = { servers: ["ldaps://ldap.example.org"], searchBase: "dc=example,dc=org" };
const files = { certificateFile: "/etc/ssl/mail.pem", keyFile: "/etc/ssl/mail.key" };

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
    says: ["host: unknown key; did you mean hosts?", "hosts: must name at least one host"],
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
      "colour: unknown key; known here are hosts, tls, smtps, submission, limits, finalState, allowCleartext, mechanism, accounts, cache, realmInLogin, ldap, rimap, proofUsername, proofPassword, hostSecrets, sshPassword, sshKeyPassphrase, sudoPassword, tlsKey, accountPasswords, ldapBindPassword, takeOverFrom, rollout",
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
      "tls.selfSigned: the key has a path for its name: set it with `pulumi config set --path 'tls.selfSigned'`, and take this one away with `pulumi config rm 'tls.selfSigned'`",
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
  { what: "no host", values: { hosts: [] }, says: ["hosts: must name at least one host"] },
  {
    what: "two hosts of one name",
    values: { hosts: [mail1, { ...mail2, name: "mail1" }] },
    says: ["hosts: must not name a host twice"],
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
    values: { hosts, tls: { certificate: "PEM" } },
    says: [
      "tls.certificate (host mail1): needs its private key: set the secret tlsKey, or hostSecrets.mail1.tlsKey for this host alone",
    ],
  },
  {
    what: "a certificate file without its key file",
    values: { hosts, tls: { certificateFile: "/a.pem" } },
    says: ["tls (host mail1): certificateFile and keyFile must be given together"],
  },
  {
    what: "a key without its certificate",
    values: { hosts, tlsKey: "PEM" },
    secrets: ["tlsKey"],
    says: [
      "tlsKey: is set, and no host has the tls.certificate that it would belong to: set that too, or take it away with `pulumi config rm tlsKey`",
    ],
  },
  {
    what: "a bind password without a directory that wants one",
    values: { hosts, mechanism: "ldap", ldap: directory, ldapBindPassword: "x" },
    secrets: ["ldapBindPassword"],
    says: [
      "ldapBindPassword: is set, and no host has the ldap.bindDn that it would belong to: set that too, or take it away with `pulumi config rm ldapBindPassword`",
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
    values: { hosts: [mail1, mail2], hostSecrets: { mail2: { tlsKey: "x" } } },
    secrets: ["hostSecrets"],
    says: [
      "hostSecrets.mail2.tlsKey: is set, and mail2 has no tls.certificate that it would belong to: set that too, or take it away with `pulumi config rm --path hostSecrets.mail2.tlsKey`",
    ],
  },
  {
    what: "a secret that hosts do not have of their own",
    values: { hosts, hostSecrets: { mail1: { sudoPassword: "x" } } },
    secrets: ["hostSecrets"],
    says: ["hostSecrets.mail1.sudoPassword: unknown key here; did you mean sudoPassword of the whole stack?"],
  },
  {
    what: "secrets of hosts in plain text",
    values: { hosts, proofUsername: "alice", hostSecrets: { mail1: { proofPassword: "x" } } },
    says: [
      "hostSecrets: stands in plain text: set it again with `pulumi config set --secret --path 'hostSecrets.mail1.proofPassword'`",
    ],
  },
  {
    what: "a secret in plain text",
    values: { hosts, proofUsername: "alice", proofPassword: "secret" },
    says: ["proofPassword: stands in plain text: set it again with `pulumi config set --secret proofPassword`"],
  },
  {
    what: "an account without a password",
    values: { hosts: [{ ...mail1, accounts: [{ name: "bob" }] }] },
    says: [
      "accountPasswords.bob: is missing: set it with `pulumi config set --secret --path 'accountPasswords[\"bob\"]'`",
    ],
  },
  {
    what: "a password of an account that is spelled otherwise",
    values: { hosts: [{ ...mail1, accounts: [{ name: "bob" }] }], accountPasswords: { bbo: "x" } },
    secrets: ["accountPasswords"],
    says: [
      "accountPasswords.bbo: no host has the account; did you mean bob?",
      "accountPasswords.bob: is missing: set it with `pulumi config set --secret --path 'accountPasswords[\"bob\"]'`",
    ],
  },
];

afterEach(() => pulumi.runtime.setAllConfig({}));

test.each(mistakes)("$what", ({ values, secrets = [], says }) => {
  expect(messageOf(() => configured(values, secrets))).toEqual([
    "the configuration of this stack cannot be used, and nothing was changed:",
    ...says.map((line) => `  ${line}`),
  ]);
});

/** The message, line by line. The SDK shows that of a RunError alone; another error would come with its stack. */
function messageOf(act: () => unknown): string[] {
  try {
    act();
  } catch (error) {
    if (pulumi.RunError.isInstance(error)) return error.message.split("\n");
    throw error;
  }
  throw new Error("it was accepted");
}
