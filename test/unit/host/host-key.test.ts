// The host key decides before anything secret is sent: an unknown, changed or revoked key ends the dial without one login request.
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, test } from "@jest/globals";
import { connectionSchema } from "../../../providers/host/connection-schema.ts";
import { dial } from "../../../providers/host/dial.ts";
import { type FakeHost, type FakeHostOptions, fakeHost, fingerprintOf } from "../../support/fake-ssh-host.ts";
import { keyPair } from "../../support/key-pair.ts";

const folder = mkdtempSync(join(tmpdir(), "host-key-"));
afterAll(() => rmSync(folder, { recursive: true }));

const stranger = keyPair("ed25519", "stranger").public;
let files = 0;

/** A known_hosts file with these lines. */
function knownHosts(...lines: string[]): string {
  files += 1;
  const path = join(folder, `known_hosts_${files}`);
  writeFileSync(path, lines.map((line) => `${line}\n`).join(""));
  return path;
}

const certificateType = "ssh-ed25519-cert-v01@openssh.com";
const certificate = `${certificateType} ${Buffer.from(`\0\0\0${String.fromCharCode(certificateType.length)}${certificateType}`).toString("base64")}`;

const at = (fake: FakeHost, line: string) => `[127.0.0.1]:${fake.port} ${line}`;

/** Dials with the known_hosts that `known` makes, or with what it pins. */
async function dialled(known: (fake: FakeHost) => object, options: FakeHostOptions = {}) {
  await using fake = await fakeHost(options);
  const { hostKey: _pinned, ...connection } = fake.connection();
  try {
    const { client } = await dial({ ...connection, ...known(fake) });
    client.end();
    return { fake, message: "connected" };
  } catch (error) {
    return { fake, message: (error as Error).message };
  }
}

describe("a host connects", () => {
  test.each<[string, (fake: FakeHost) => object]>([
    ["known by its line", (fake) => ({ knownHostsFile: knownHosts(at(fake, fake.keys.ed25519)) })],
    ["known among others", (fake) => ({ knownHostsFile: knownHosts(`x ${stranger}`, at(fake, fake.keys.ed25519)) })],
    [
      "with one of two known keys",
      (fake) => ({ knownHostsFile: knownHosts(at(fake, stranger), at(fake, fake.keys.ed25519)) }),
    ],
    [
      "known beside keys that cannot be verified: of a security key, and of SSH 1",
      (fake) => ({
        knownHostsFile: knownHosts(
          at(fake, "sk-ssh-ed25519@openssh.com AAAAGnNrLXNzaC1lZDI1NTE5QG9wZW5zc2guY29t"),
          at(fake, "1024 35 1234567"),
          at(fake, fake.keys.ed25519),
        ),
      }),
    ],
    ["pinned by its line", (fake) => ({ hostKey: fake.keys.ed25519 })],
    ["pinned by its line with a comment", (fake) => ({ hostKey: `${fake.keys.ed25519} root@mail1` })],
    ["pinned by its line of known_hosts", (fake) => ({ hostKey: at(fake, fake.keys.ed25519) })],
    ["pinned by its fingerprint", (fake) => ({ hostKey: fingerprintOf(fake.keys.ed25519) })],
    [
      "known by its RSA key alone, though it has a better one",
      (fake) => ({ knownHostsFile: knownHosts(at(fake, fake.keys.rsa)) }),
    ],
    ["pinned by the fingerprint of its RSA key", (fake) => ({ hostKey: fingerprintOf(fake.keys.rsa) })],
    ["pinned by its RSA key", (fake) => ({ hostKey: fake.keys.rsa })],
  ])("%s", async (_how, known) => {
    expect((await dialled(known, { keys: ["ed25519", "rsa"] })).message).toBe("connected");
  });
});

describe("a host is refused, and no login was tried", () => {
  test.each<[string, (fake: FakeHost) => object, (fake: FakeHost) => string[]]>([
    [
      "whose key is unknown: the message has its fingerprint and how to pin it",
      () => ({ knownHostsFile: knownHosts(`other ${stranger}`) }),
      (fake) => [
        `offers ssh-ed25519 ${fingerprintOf(fake.keys.ed25519)}`,
        "holds no key for it",
        `set connection.hostKey to "${fingerprintOf(fake.keys.ed25519)}"`,
      ],
    ],
    [
      "whose key changed: the message has both fingerprints",
      (fake) => ({ knownHostsFile: knownHosts(at(fake, stranger)) }),
      (fake) => ["HOST KEY CHANGED", fingerprintOf(fake.keys.ed25519), `expects ${fingerprintOf(stranger)}`],
    ],
    [
      "whose key is not the pinned one",
      () => ({ hostKey: stranger }),
      (fake) => [
        "HOST KEY CHANGED",
        fingerprintOf(fake.keys.ed25519),
        `connection.hostKey expects ${fingerprintOf(stranger)}`,
      ],
    ],
    [
      "whose key is revoked",
      (fake) => ({ knownHostsFile: knownHosts(`@revoked * ${fake.keys.ed25519}`) }),
      (fake) => [fingerprintOf(fake.keys.ed25519), "marks as @revoked"],
    ],
    [
      "whose key is known, but revoked as well",
      (fake) => ({ knownHostsFile: knownHosts(at(fake, fake.keys.ed25519), `@revoked * ${fake.keys.ed25519}`) }),
      () => ["marks as @revoked"],
    ],
    [
      "that has no key of the type that is known",
      () => ({ hostKey: keyPair("rsa").public }),
      () => ["no matching host key", "set connection.hostKey to a plain host key"],
    ],
  ])("%s", async (_which, known, words) => {
    const { fake, message } = await dialled(known);

    for (const word of words(fake)) expect(message).toContain(word);
    expect(message).toContain("no credential was sent");
    expect(fake.seen).toMatchObject({ connections: 1, logins: [] });
  });
});

test("a host that has no key of the pinned fingerprint is asked once for each type of key, then refused", async () => {
  const { fake, message } = await dialled(() => ({ hostKey: fingerprintOf(stranger) }), { keys: ["rsa"] });

  expect(message).toContain(`HOST KEY CHANGED: the host offers ssh-rsa ${fingerprintOf(fake.keys.rsa)}`);
  expect(message).toContain(`connection.hostKey expects ${fingerprintOf(stranger)} (which tells no type: `);
  expect(message).toContain("no credential was sent");
  expect(fake.seen).toMatchObject({ connections: 3, logins: [] });
});

describe("nothing is dialled", () => {
  test.each([
    [
      "when the known_hosts file that was named is not there",
      { knownHostsFile: "/no/such/known_hosts" },
      "read the known host keys in /no/such/known_hosts",
    ],
    ["when it can not be read", { knownHostsFile: "/" }, "let the user who runs Pulumi read the file"],
  ])("%s", async (_when, known, words) => {
    const { fake, message } = await dialled(() => known);

    expect(message).toContain(words);
    expect(message).toContain("the host was not contacted");
    expect(fake.seen.connections).toBe(0);
  });
});

test.each([
  ["no key", "mail1.example.org", "must be a public key line"],
  ["a certificate", certificate, "cannot verify one of the type ssh-ed25519-cert-v01@openssh.com"],
  ["a key without its end", "ssh-ed25519 AAAA", "must be a public key line"],
  ["a key that is cut short", `${stranger.slice(0, 40)}`, "this one is cut short"],
  ["a fingerprint that is cut short", "SHA256:abc", 'or a fingerprint ("SHA256:…")'],
  ["the fingerprint of another digest", `MD5:${"ab:".repeat(15)}ab`, 'or a fingerprint ("SHA256:…")'],
])("a connection that pins %s is refused by its schema, in one sentence", (_what, hostKey, words) => {
  const issues = [{ hostKey }, { proxy: { host: "jump", hostKey } }].map(
    (pinning) => connectionSchema.safeParse({ host: "mail1", ...pinning }).error?.issues,
  );

  expect(issues.map((all) => all?.map(({ path }) => path.join(".")))).toEqual([["hostKey"], ["proxy.hostKey"]]);
  expect(issues.map((all) => all?.[0]?.message)).toEqual([
    expect.stringContaining(words),
    expect.stringContaining(words),
  ]);
});
