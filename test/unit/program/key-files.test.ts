// Files that the configuration names, and PEM in it: what cannot work is told by the preview already, and no text of a key is.
import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, afterEach, describe, expect, test } from "@jest/globals";
import * as pulumi from "@pulumi/pulumi";
import { Authority } from "../../support/authority.ts";
import { configured } from "../../support/configured.ts";
import { generateKeyPair } from "../../support/key-pair.ts";
import { messageOf } from "../../support/run-error.ts";

const folder = mkdtempSync(join(tmpdir(), "key-files-"));
const authority = new Authority();
afterAll(() => {
  rmSync(folder, { recursive: true });
  authority.forget();
});
afterEach(() => pulumi.runtime.setAllConfig({}));

const pair = generateKeyPair("ed25519");
const locked = generateKeyPair("ed25519", { passphrase: "x", cipher: "aes256-ctr", rounds: 16 });
const file = (name: string, content: string, mode = 0o600) => {
  const path = join(folder, name);
  writeFileSync(path, content);
  chmodSync(path, mode);
  return path;
};
const host = (privateKeyFile: string) => ({ name: "mail1", connection: { host: "mail1.example.org", privateKeyFile } });
const said = (values: Record<string, unknown>, secrets: readonly string[] = []) =>
  messageOf(() => configured(values, secrets)).slice(1);

describe("a private key file", () => {
  mkdirSync(join(folder, "a-folder"));

  test.each([
    ["that is not there", join(folder, "none"), "is not there; a relative path starts at the project folder"],
    [
      "that is a folder",
      join(folder, "a-folder"),
      "cannot be read (EISDIR): it must be a file that the user who runs Pulumi can read",
    ],
    [
      "that is the public one",
      file("id.pub", `${pair.public}\n`, 0o644),
      `is a public key: name the private one, mostly ${join(folder, "id")}`,
    ],
    [
      "that others can read",
      file("open", pair.private, 0o644),
      `can be read by others (mode 644), as ssh would refuse it too: chmod 600 ${join(folder, "open")}`,
    ],
    [
      "with a passphrase that nobody gives",
      file("locked", locked.private),
      "has a passphrase: set the secret sshKeyPassphrase of the stack's configuration (`pulumi config set --secret sshKeyPassphrase`, which asks for it), or let the ssh-agent hold the key (ssh-add) and give no file",
    ],
    [
      "with a passphrase, as PEM",
      file("pem", "-----BEGIN RSA PRIVATE KEY-----\nProc-Type: 4,ENCRYPTED\n"),
      "has a passphrase: set the secret sshKeyPassphrase of the stack's configuration (`pulumi config set --secret sshKeyPassphrase`, which asks for it), or let the ssh-agent hold the key (ssh-add) and give no file",
    ],
  ])("%s", (_what, path, says) => {
    expect(said({ hosts: [host(path)] })).toEqual([
      `  hosts[0].connection.privateKeyFile (host mail1): ${path} ${says}`,
    ]);
  });

  test.each([
    ["that is not there", join(folder, "none"), "is not there; a relative path starts at the project folder"],
    ["that is a folder", join(folder, "a-folder"), "cannot be read (EISDIR): it must be a file that the user who runs"],
  ])("and a file of known hosts %s is told, unless the host's key is pinned", (_what, knownHostsFile, says) => {
    const connection = { host: "mail1.example.org", knownHostsFile };
    const pinned = { ...connection, hostKey: `SHA256:${"a".repeat(43)}` };

    expect(said({ hosts: [{ name: "mail1", connection }] })).toEqual([
      expect.stringContaining(`  hosts[0].connection.knownHostsFile (host mail1): ${knownHostsFile} ${says}`),
    ]);
    expect(() => configured({ hosts: [{ name: "mail1", connection: pinned }] })).not.toThrow();
  });

  test("of a jump host is looked at as well, and one for many hosts is told once", () => {
    const none = join(folder, "none");
    const others = [1, 2].map((n) => ({
      name: `other${n}`,
      connection: { host: `other${n}.example.org`, proxy: { host: "jump", privateKeyFile: none } },
    }));

    expect(said({ hosts: others })).toEqual([
      `  hosts[0].connection.proxy.privateKeyFile (host other1): ${none} is not there; a relative path starts at the project folder`,
    ]);
  });

  test("that only the passphrase of another host opens is told with the host that has none", () => {
    const path = file("shared", locked.private);
    const hosts = ["mail1", "mail2"].map((name) => ({
      name,
      connection: { host: `${name}.example.org`, privateKeyFile: path },
    }));

    expect(said({ hosts, hostSecrets: { mail1: { sshKeyPassphrase: "x" } } }, ["hostSecrets"])).toEqual([
      expect.stringContaining(`  hosts[1].connection.privateKeyFile (host mail2): ${path} has a passphrase`),
    ]);
  });

  test.each([
    ["for its user alone", file("right", pair.private), {}],
    ["whose passphrase is given", file("opened", locked.private), { sshKeyPassphrase: "x" }],
  ])("%s is taken", (_what, path, more) => {
    expect(configured({ hosts: [host(path)], ...more }, Object.keys(more)).hosts).toHaveLength(1);
  });
});

describe("PEM", () => {
  const mail1 = { name: "mail1", connection: { host: "mail1.example.org" } };
  const { certificate, key } = authority.issue("mail1.example.org", 90);
  const other = authority.issue("other.example.org", 90);
  const serverName = "mail1.example.org";

  test.each([
    [
      "a key of another certificate",
      { hosts: [mail1], tls: { certificate, serverName }, tlsKey: other.key },
      /^ {2}tlsKey \(host mail1\): does not belong to the certificate ([0-9A-F]{2}:){31}[0-9A-F]{2}$/,
    ],
    [
      "a host's own key of another certificate",
      { hosts: [mail1], tls: { certificate, serverName }, hostSecrets: { mail1: { tlsKey: other.key } } },
      /^ {2}hostSecrets\.mail1\.tlsKey \(host mail1\): does not belong to the certificate /,
    ],
    [
      "a certificate of another name than the host's",
      { hosts: [mail1], tls: { certificate: other.certificate }, tlsKey: other.key },
      /^ {2}tls\.certificate \(host mail1\): the certificate does not hold for mail1\.example\.org: it names other\.example\.org$/,
    ],
  ])("%s", (_what, values, says) => {
    const [line = "", ...more] = said(values, ["tlsKey", "hostSecrets"]);

    expect(line).toMatch(says);
    expect(more).toEqual([]);
  });

  test("that fits is taken", () => {
    expect(configured({ hosts: [mail1], tls: { certificate }, tlsKey: key }, ["tlsKey"]).hosts).toHaveLength(1);
  });
});
