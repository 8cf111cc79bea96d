// The stack's configuration: what a host gets of it, and what is refused with the name of the key and the host.
import { afterEach, describe, expect, test } from "@jest/globals";
import * as pulumi from "@pulumi/pulumi";
import { readConfiguration } from "../../../configuration.ts";

const connection = { host: "mail1.example.org" };
const mail1 = { name: "mail1", connection };
const mail2 = { name: "mail2", connection: { host: "mail2.example.org" } };
const files = { certificateFile: "/etc/ssl/mail.pem", keyFile: "/etc/ssl/mail.key" };

/** As the engine hands it over: text or JSON, and the list of what is encrypted. */
function configured(values: Record<string, unknown>, secrets: readonly string[] = []) {
  const project = pulumi.getProject();
  const full = (key: string) => `${project}:${key}`;
  const texts = Object.entries(values).map(([key, value]) => [
    full(key),
    typeof value === "string" ? value : JSON.stringify(value),
  ]);
  const keys = secrets.map(full);
  process.env.PULUMI_CONFIG_SECRET_KEYS = JSON.stringify(keys);
  pulumi.runtime.setAllConfig(Object.fromEntries(texts), keys);
  return readConfiguration();
}

afterEach(() => {
  delete process.env.PULUMI_CONFIG_SECRET_KEYS;
  pulumi.runtime.setAllConfig({});
});

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

  test("has no TLS where nobody asks for it", () => {
    expect(configured({ hosts: [mail1] }).hosts[0]?.tls).toBeUndefined();
  });
});

describe("refused, with key and host", () => {
  test.each([
    ["no host", { hosts: [] }, [], /hosts: must name at least one host/],
    ["two hosts of one name", { hosts: [mail1, mail1] }, [], /hosts: must not name a host twice/],
    ["an unknown field", { hosts: [{ ...mail1, prot: 22 }] }, [], /hosts\.0 \(host mail1\): Unrecognized key.*prot/],
    [
      "a port that is none",
      { hosts: [{ ...mail1, connection: { ...connection, port: 0 } }] },
      [],
      /hosts\.0\.connection\.port \(host mail1\)/,
    ],
    ["two sources of a certificate", { hosts: [mail1], tls: { ...files, selfSigned: true } }, [], /exactly one of/],
    ["a certificate without its key", { hosts: [mail1], tls: { certificate: "PEM" } }, [], /set the secret tlsKey/],
    [
      "a key without its certificate",
      { hosts: [mail1], tlsKey: "PEM" },
      ["tlsKey"],
      /no host has the tls\.certificate/,
    ],
    ["a secret in plain text", { hosts: [mail1], proofPassword: "secret" }, [], /proofPassword stands in plain text/],
  ])("%s", (_what, values, secrets, says) => {
    expect(() => configured(values, secrets)).toThrow(says);
  });
});
