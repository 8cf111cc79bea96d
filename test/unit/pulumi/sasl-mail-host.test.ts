// What a SaslMailHost registers with the engine: a stack that exists already must see no difference.
import { expect, jest, test } from "@jest/globals";
import * as pulumi from "@pulumi/pulumi";
import { PostfixService, SaslMailHost, type SaslMailHostArgs } from "../../../providers/index.ts";
import { registrationsOf } from "../../support/registrations.ts";

// the SDK is loaded, and each registration waits its turn
jest.setTimeout(60_000);

const connection = { host: "mail1.example.org" };
const later = <Value>(value: Value) => pulumi.output(Promise.resolve(value));

const cases: Record<string, SaslMailHostArgs> = {
  defaults: { connection },
  "TLS with a certificate made on the host, accounts, a proof": {
    connection,
    hostName: "mail1",
    takeOverFrom: "other/stack",
    tls: { selfSigned: true, serverName: "mail.example.org", expiryWarningDays: 7 },
    submission: true,
    proof: { username: "alice", password: later("a") },
    mechanism: "sasldb",
    accounts: [
      { name: "bob", password: pulumi.secret("b") },
      { name: "carol", password: "c", store: "sasldb" },
      { name: "dora", password: "d", store: "sasldb", realm: "example.net" },
    ],
    options: { smtpd_sasl_local_domain: "example.org" },
    limits: { authRate: 10 },
    threads: 3,
    saslauthdOptions: ["-t 600"],
    socketDirectory: "/srv/sockets",
    outside: "told",
  },
  "values that are outputs or secrets": {
    connection: later(connection),
    tls: {
      certificateFile: later("/etc/ssl/mail.pem"),
      keyFile: pulumi.secret("/etc/ssl/mail.key"),
      certificateAuthority: later("PEM"),
      allowAuthOnPort25: true,
    },
    smtps: false,
    submission: true,
    mechanism: later("ldap" as const),
    cache: later(false),
    ldap: { servers: ["ldaps://ldap.example.org"], searchBase: "dc=example,dc=org", bindPassword: later("l") },
    options: { smtpd_sasl_local_domain: later("example.org") },
    accounts: [{ name: "carol", password: later("c"), store: "sasldb" }],
    takeOverSaslauthd: true,
    finalState: "stopped",
  },
};

test.each(Object.keys(cases))("a mail host registers what it has always registered: %s", async (name) => {
  const registered = await registrationsOf(() => {
    const before = new PostfixService("before", { connection });
    new SaslMailHost("mail1", cases[name] as SaslMailHostArgs, { dependsOn: before });
  });

  expect(registered).toMatchSnapshot();
});
