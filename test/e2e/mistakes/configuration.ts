// Mistakes in the stack's file: keys, types, halves of a pair, secrets.
import type { Mistake } from "./mistake.ts";

const connection = { host: "mail1.example.org" };
const mail1 = { name: "mail1", connection };
const mail2 = { name: "mail2", connection: { host: "mail2.example.org" } };
const hosts = [mail1];
const files = { certificateFile: "/etc/ssl/mail.pem", keyFile: "/etc/ssl/mail.key" };

const directory = { servers: ["ldaps://ldap.example.org"], searchBase: "dc=example,dc=org" };

/** A stack's file with these keys. */
const row = (
  what: string,
  keys: Readonly<Record<string, unknown>>,
  says: readonly RegExp[],
  secrets: Readonly<Record<string, string>> = {},
): Mistake => ({ what, stack: () => keys, secrets, says });

export const ofConfiguration: readonly Mistake[] = [
  row("`host` for `hosts`", { host: [mail1] }, [/host: unknown key; did you mean hosts\?/]),
  row("`tsl` for `tls`", { hosts, tsl: files }, [/tsl: unknown key; did you mean tls\?/]),
  row(
    "`proofPasword`",
    { hosts, proofUsername: "alice" },
    [/proofPasword: unknown key; did you mean proofPassword\?/],
    {
      proofPasword: "x",
    },
  ),
  row("`conection` in a host", { hosts: [{ name: "mail1", conection: connection }] }, [
    /hosts\[0\]\.conection \(host mail1\): .*did you mean connection\?/,
  ]),
  row("A secret in plain text", { hosts, proofUsername: "alice", proofPassword: "hunter2" }, [
    /proofPassword: stands in plain text: .*config set --stack mail1 --secret proofPassword/,
  ]),
  row("A port as text", { hosts: [{ ...mail1, connection: { ...connection, port: "22" } }] }, [
    /hosts\[0\]\.connection\.port \(host mail1\): must be a number, and is text/,
  ]),
  row("Two sources of a certificate", { hosts, tls: { ...files, selfSigned: true } }, [
    /tls \(host mail1\): give exactly one of/,
  ]),
  row("`submission` without `tls`", { hosts, submission: true }, [/submission \(host mail1\): .*tls/]),
  row("An unknown mechanism", { hosts, mechanism: "lpad" }, [/mechanism: must be one of .*did you mean ldap\?/]),
  row("Two hosts of one name", { hosts: [mail1, { ...mail2, name: "mail1" }] }, [
    /hosts: two are called mail1: each host needs a name of its own/,
  ]),
  row("`ldap` without servers", { hosts, mechanism: "ldap" }, [
    /ldap \(host mail1\): .*set ldap\.servers and ldap\.searchBase/,
  ]),
  row(
    "An account with capitals in its name",
    { hosts, accounts: [{ name: "Alice" }] },
    [/accounts\[0\]\.name: must be/],
    { "accountPasswords.Alice": "x" },
  ),
  row("Two hosts with one address", { hosts: [mail1, { name: "mail2", connection }] }, [
    /hosts\[1\]\.connection \(host mail2\): the same address and port as mail1/,
  ]),
  row("`proofUsername` without `proofPassword`", { hosts, proofUsername: "alice" }, [
    /proofUsername \(host mail1\): has no password: .*config set --stack mail1 --secret proofPassword/,
  ]),
  row(
    "`proofPassword` without `proofUsername`",
    { hosts },
    [/proofPassword \(host mail1\): is the password of nobody: set proofUsername/],
    { proofPassword: "x" },
  ),
  row(
    "A host's own `proofUsername` with the stack's password",
    { hosts: [{ ...mail1, proofUsername: "bob" }, mail2], proofUsername: "alice" },
    [/host mail1\): .*hostSecrets/],
    { proofPassword: "x" },
  ),
  row(
    "`sudoPassword` in the connection",
    { hosts: [{ ...mail1, connection: { ...connection, sudoPassword: "hunter2" } }] },
    [
      /hosts\[0\]\.connection\.sudoPassword \(host mail1\): .*config set --stack mail1 --secret sudoPassword.*take this one out/,
    ],
  ),
  row("A namespace with a slip", { hosts, "sasl-mail-hots:tls": files }, [
    /sasl-mail-hots:tls: nobody reads it, .*did you mean sasl-mail-host:tls\?/,
  ]),
  row("A part of `tls` beside it", { hosts, certificatFile: "/etc/ssl/mail.pem" }, [
    /certificatFile: unknown key here; did you mean tls\.certificateFile\?/,
  ]),
  row("A key of the whole stack in a host", { hosts: [{ ...mail1, rollout: { canary: 1 } }] }, [
    /hosts\[0\]\.rollout \(host mail1\): .*did you mean rollout of the whole stack\?/,
  ]),
  row(
    "`prot` in the connection of a jump host",
    { hosts: [{ name: "mail1", connection: { ...connection, proxy: { host: "jump.example.org", prot: 22 } } }] },
    [/hosts\[0\]\.connection\.proxy\.prot \(host mail1\): unknown key; did you mean port\?/],
  ),
  row("A group that is not there", { hosts: [{ ...mail1, group: "web" }], groups: { mail: {} } }, [
    /hosts\[0\]\.group \(host mail1\): no group is called web; groups has mail/,
  ]),
  row("Nothing behind `tls:`", { hosts: [{ ...mail1, tls: null }] }, [
    /hosts\[0\]\.tls \(host mail1\): must be an object, and is empty/,
  ]),
  row("A port that is none", { hosts: [{ ...mail1, connection: { ...connection, port: 65536 } }] }, [
    /hosts\[0\]\.connection\.port \(host mail1\): must be at most 65535/,
  ]),
  row("A name with capitals", { hosts: [{ ...mail1, name: "Mail1" }] }, [
    /hosts\[0\]\.name \(host Mail1\): must be lower case letters/,
  ]),
  row("An unknown final state", { hosts, finalState: "stop" }, [
    /finalState: must be one of running, stopped; did you mean stopped\?/,
  ]),
  row("A certificate file without its key file", { hosts, tls: { certificateFile: "/etc/ssl/mail.pem" } }, [
    /tls \(host mail1\): certificateFile and keyFile must be given together/,
  ]),
  row("A certificate without its key", { hosts, tls: { certificate: "-----BEGIN CERTIFICATE-----\n" } }, [
    /tls\.certificate \(host mail1\): needs its private key: set it with .*--secret tlsKey/,
  ]),
  row(
    "A key without its certificate",
    { hosts },
    [/tlsKey: is set, and no host has the tls\.certificate .*config rm --stack mail1 tlsKey/],
    { tlsKey: "-----BEGIN PRIVATE KEY-----" },
  ),
  row(
    "Secrets of a host that is not there",
    { hosts },
    [/hostSecrets\.mial1: no host has this name; did you mean mail1\?/],
    { "hostSecrets.mial1.sudoPassword": "x" },
  ),
  row("An account without a password", { hosts, accounts: [{ name: "bob" }] }, [
    /accountPasswords\.bob: is missing: set it with `npm run pulumi -- config set --stack mail1 --secret/,
  ]),
  row("A directory that nobody asks", { hosts, ldap: directory }, [
    /ldap \(host mail1\): .*the mechanism is pam\. Set mechanism to ldap, or take ldap away/,
  ]),
  row(
    "Passwords to a directory in clear text",
    { hosts, mechanism: "ldap", ldap: { ...directory, servers: ["ldap://ldap.example.org"] } },
    [/ldap \(host mail1\): passwords would go to ldap:\/\/ldap\.example\.org in clear text: use ldaps/],
  ),
  row("A bind DN without its password", { hosts, mechanism: "ldap", ldap: { ...directory, bindDn: "cn=mail" } }, [
    /ldapBindPassword \(host mail1\): .*config set --stack mail1 --secret ldapBindPassword/,
  ]),
  row("Running without TLS", { hosts, finalState: "running" }, [
    /finalState \(host mail1\): running without tls .*: configure tls, or say allowCleartext: true/,
  ]),
  row("A private key in the stack's file", { hosts: [{ ...mail1, connection: { ...connection, privateKey: "x" } }] }, [
    /hosts\[0\]\.connection\.privateKey \(host mail1\): a key stays in its file: give the path as privateKeyFile/,
  ]),
];
