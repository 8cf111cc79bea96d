// known_hosts as OpenSSH reads it: hashed names, patterns, negation, ports, revoked keys.
import { execFileSync } from "node:child_process";
import { createHmac, randomBytes } from "node:crypto";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, test } from "@jest/globals";
import { knownKeys } from "../../../providers/host/known-hosts.ts";

const key = "AAAAC3NzaC1lZDI1NTE5AAAAIMnVgWfpEREyz9j6PSTHC7eoZwrG0d5vN2tGLTFYTdhd";
const line = (names: string) => `${names} ssh-ed25519 ${key} comment`;
const known = (content: string, host: string, port = 22) => knownKeys(content, host, port).length > 0;

function hashed(name: string): string {
  const salt = randomBytes(20);
  return `|1|${salt.toString("base64")}|${createHmac("sha1", salt).update(name).digest("base64")}`;
}

test.each([
  ["a name", "mail1", "mail1", 22, true],
  ["another name", "mail1", "mail2", 22, false],
  ["a name in other case", "Mail1.Example.ORG", "mail1.example.org", 22, true],
  ["one of a list", "mail1,192.0.2.1", "192.0.2.1", 22, true],
  ["an IPv6 address", "2001:db8::1", "2001:db8::1", 22, true],
  ["a name at another port", "mail1", "mail1", 2222, false],
  ["a name with its port", "[mail1]:2222", "mail1", 2222, true],
  ["a name with a port, asked at 22", "[mail1]:2222", "mail1", 22, false],
  ["a hashed name", hashed("mail1"), "mail1", 22, true],
  ["a hashed name of another host", hashed("mail2"), "mail1", 22, false],
  ["a hashed name with its port", hashed("[mail1]:2222"), "mail1", 2222, true],
  ["a pattern", "*.example.org", "mail1.example.org", 22, true],
  ["a pattern with a dot that is a dot", "*.example.org", "mail1xexample.org", 22, false],
  ["a pattern of one letter", "mail?", "mail1", 22, true],
  ["a pattern of one letter, two given", "mail?", "mail11", 22, false],
  ["a pattern with a port", "[*.example.org]:2222", "a.example.org", 2222, true],
  ["a negated name", "*.example.org,!mail1.example.org", "mail1.example.org", 22, false],
  ["a negated name first", "!mail1.example.org,*.example.org", "mail1.example.org", 22, false],
  ["a negation alone", "!mail2", "mail1", 22, false],
  ["a comment", "# mail1", "mail1", 22, false],
  ["an authority for all hosts (not supported)", "@cert-authority *", "mail1", 22, false],
])("%s", (_what, names, host, port, found) => {
  expect(known(line(names), host, port)).toBe(found);
});

describe("the keys", () => {
  test("of all lines of a host are found, the revoked ones marked", () => {
    const content = [
      "# a comment",
      "",
      line("mail1"),
      `\t${line("mail1").replace("ssh-ed25519", "ssh-rsa")}\r`,
      `@revoked ${line("mail1")}`,
      "mail1 ssh-ed25519",
      "half",
    ].join("\n");

    expect(knownKeys(content, "mail1", 22)).toEqual([
      { type: "ssh-ed25519", key: Buffer.from(key, "base64"), revoked: false },
      { type: "ssh-rsa", key: Buffer.from(key, "base64"), revoked: false },
      { type: "ssh-ed25519", key: Buffer.from(key, "base64"), revoked: true },
    ]);
  });

  test("are found in a file that ssh-keygen has hashed itself", () => {
    const folder = mkdtempSync(join(tmpdir(), "known-hosts-"));
    const path = join(folder, "known_hosts");
    try {
      writeFileSync(path, `${line("mail1")}\n${line("[mail2]:2222")}\n`);
      execFileSync("ssh-keygen", ["-q", "-H", "-f", path], { stdio: "ignore" });
      const content = readFileSync(path, "utf8");

      expect(content).not.toContain("mail");
      expect(known(content, "mail1")).toBe(true);
      expect(known(content, "mail2", 2222)).toBe(true);
      expect(known(content, "mail2")).toBe(false);
    } finally {
      rmSync(folder, { recursive: true });
    }
  });
});
