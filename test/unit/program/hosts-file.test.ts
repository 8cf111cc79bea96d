// Hosts in a file of their own: the same entries, checked in the same way; a mistake is named with file and line.
import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, afterEach, expect, test } from "@jest/globals";
import * as pulumi from "@pulumi/pulumi";
import { configured } from "../../support/configured.ts";

const folder = mkdtempSync(join(tmpdir(), "hosts-file-"));
afterAll(() => rmSync(folder, { recursive: true }));
afterEach(() => pulumi.runtime.setAllConfig({}));

function fileWith(content: string, name = "hosts.yaml"): string {
  const file = join(folder, name);
  writeFileSync(file, content);
  return file;
}

const mail1 = { name: "mail1", connection: { host: "mail1.example.org" } };

test.each([
  ["hosts.yaml", "- name: mail2\n  connection: { host: mail2.example.org }\n  submission: true\n"],
  ["hosts.json", JSON.stringify([{ name: "mail2", connection: { host: "mail2.example.org" }, submission: true }])],
])("hosts of %s come behind those of the configuration, with the same settings over them", (name, content) => {
  const { hosts } = configured({ hosts: [mail1], hostsFile: fileWith(content, name), tls: { selfSigned: true } });

  expect(hosts.map((host) => [host.name, host.submission, host.tls?.selfSigned])).toEqual([
    ["mail1", false, true],
    ["mail2", true, true],
  ]);
});

test("more hosts than an environment variable holds", () => {
  const line = (index: number) =>
    `- { name: mail${index}, connection: { host: mail${index}.example.org, user: deploy, hostKey: "SHA256:${"a".repeat(43)}" } }`;
  const content = Array.from({ length: 1500 }, (_, index) => line(index + 1)).join("\n");

  const { hosts } = configured({ hostsFile: fileWith(content) });

  expect(content.length).toBeGreaterThan(128 * 1024);
  expect([hosts.length, hosts.at(-1)?.name]).toEqual([1500, "mail1500"]);
});

test.each([
  [
    "an unknown key",
    "- name: a\n  connection:\n    host: a\n    prot: 22\n",
    /hosts\.yaml, line 4: hosts\[0\]\.connection\.prot \(host a\): unknown key; did you mean port\?/,
  ],
  [
    "a wrong value",
    "- name: a\n  connection: { host: a }\n- name: b\n  connection:\n    host: b\n    port: 70000\n",
    /hosts\.yaml, line 6: hosts\[1\]\.connection\.port \(host b\): must be at most 65535/,
  ],
  ["what is no YAML", "- name: a\n  connection: [\n", /hosts\.yaml, line \d: no valid YAML: /],
  [
    "an alias without its anchor",
    "- name: a\n  connection: *away\n",
    /hosts\.yaml: no valid YAML: Unresolved alias .*away/,
  ],
  [
    "a list whose aliases multiply without end",
    `- &a0 [x, x, x, x]\n${Array.from({ length: 9 }, (_, depth) => `- &a${depth + 1} [*a${depth}, *a${depth}, *a${depth}, *a${depth}]`).join("\n")}\n`,
    /hosts\.yaml: no valid YAML: Excessive alias count/,
  ],
  ["what is no list", "hosts: []\n", /hosts\.yaml, line 1: must be a list/],
  ["a name that hosts have, too", "- { name: mail1, connection: { host: other } }\n", /hosts: two are called mail1/],
])("%s is refused", (_what, content, message) => {
  expect(() => configured({ hosts: [mail1], hostsFile: fileWith(content) })).toThrow(message);
});

test("a file that is not there is named", () => {
  expect(() => configured({ hosts: [mail1], hostsFile: join(folder, "absent.yaml") })).toThrow(
    /hostsFile: \S+absent\.yaml cannot be read: ENOENT/,
  );
});

test.each([
  ["a folder", (path: string) => mkdirSync(path)],
  // The test would wait for ever on a pipe that is opened, since nobody writes into it.
  ["a pipe", (path: string) => execFileSync("mkfifo", [path])],
])("%s in the place of the file is refused at once", (what, make) => {
  const path = join(folder, what.replace(" ", "-"));
  make(path);

  expect(() => configured({ hosts: [mail1], hostsFile: path })).toThrow(
    /hostsFile: \S+ cannot be read: it is not a regular file/,
  );
});
