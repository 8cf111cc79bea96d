// The rule of every fact: an answer that can not be trusted throws. It is never read as "not there".
import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, test } from "@jest/globals";
import { Failure } from "../../../providers/core/failure.ts";
import { groupExists, groupsOf, userExists } from "../../../providers/facts/account.ts";
import { keyFileAt, pemFileAt } from "../../../providers/facts/certificate.ts";
import { changedSince } from "../../../providers/facts/changed-since.ts";
import { clock } from "../../../providers/facts/clock.ts";
import { installedPackages, statOverrideOf } from "../../../providers/facts/dpkg.ts";
import type { Fact } from "../../../providers/facts/fact.ts";
import {
  entriesOf,
  fileAt,
  firstMissingPart,
  missingFiles,
  openToAll,
  statusOf,
} from "../../../providers/facts/file.ts";
import { logKnowsSaslauthd, logOfTheLast } from "../../../providers/facts/host-log.ts";
import { journalOpen } from "../../../providers/facts/journal.ts";
import { listeners } from "../../../providers/facts/listeners.ts";
import { localAccount } from "../../../providers/facts/local-account.ts";
import { servicePorts } from "../../../providers/facts/master-ports.ts";
import { cameInTransaction } from "../../../providers/facts/package-journal.ts";
import { keptPackages, packageRecord } from "../../../providers/facts/package-record.ts";
import { mailVersion, queueDirectory, setInMain, unknownParameters } from "../../../providers/facts/postconf.ts";
import { configurationDigest, masterProcesses, outdated } from "../../../providers/facts/postfix.ts";
import { relayPolicy } from "../../../providers/facts/relay-policy.ts";
import { saslauthdDigest } from "../../../providers/facts/saslauthd-digest.ts";
import { saslauthdInstances, saslauthdProcessUnits } from "../../../providers/facts/saslauthd-instances.ts";
import { awakenings } from "../../../providers/facts/saslauthd-trace.ts";
import { sasldbAccount } from "../../../providers/facts/sasldb-account.ts";
import { pidFileOf, unitStatus } from "../../../providers/facts/systemd.ts";
import { answer } from "../../support/fake-answers.ts";

const facts: readonly Fact<unknown>[] = [
  groupsOf("postfix"),
  groupExists("sasl"),
  userExists("postfix"),
  installedPackages,
  statOverrideOf("/some/path"),
  fileAt("/some/file"),
  statusOf("/some/path"),
  firstMissingPart("/some/path"),
  entriesOf("/some/path"),
  missingFiles(["/some/path"]),
  pemFileAt("/some/path"),
  keyFileAt("/some/path"),
  clock,
  setInMain(["smtpd_banner"]),
  servicePorts(),
  queueDirectory,
  mailVersion,
  unknownParameters(["smtpd_banner"]),
  configurationDigest,
  saslauthdDigest,
  journalOpen,
  logOfTheLast(1000),
  logKnowsSaslauthd,
  awakenings,
  cameInTransaction("postfix"),
  packageRecord,
  keptPackages,
  masterProcesses,
  outdated,
  listeners,
  relayPolicy,
  unitStatus("postfix"),
  pidFileOf("saslauthd"),
  openToAll("/some/socket"),
  saslauthdInstances,
  saslauthdProcessUnits,
  localAccount("alice", "pass"),
  sasldbAccount("alice", "example.org", "pass"),
  changedSince("/some/path", ["/some/file"]),
];

describe.each(facts.map((fact) => [fact.name, fact] as const))("%s", (name, fact) => {
  test("throws when the tool is missing, with the host's own words", () => {
    const parse = () => fact.parse(answer("", 127, "sh: 1: tool: not found"));

    expect(parse).toThrow(Failure);
    expect(parse).toThrow("tool: not found");
    expect(parse).toThrow(`read ${name}`);
  });

  test("throws when the shell was killed, also without a word", () => {
    expect(() => fact.parse(answer("", 137))).toThrow("exit status 137");
  });
});

const scratch = mkdtempSync(join(tmpdir(), "unreadable-"));
afterAll(() => rmSync(scratch, { recursive: true }));
const nowhere = { PATH: "/nonexistent" };
const inPath = { PATH: process.env.PATH };
const fifo = join(scratch, "fifo");
spawnSync("mkfifo", [fifo]);

/** A program of this name, before the others of PATH. */
function withTool(name: string, script: string): { PATH: string } {
  const folder = mkdtempSync(join(scratch, "bin-"));
  writeFileSync(join(folder, name), `#!/bin/sh\n${script}\n`, { mode: 0o755 });
  return { PATH: `${folder}:${process.env.PATH}` };
}

describe("a question that went wrong on the way is unreadable:", () => {
  test.each<[string, Fact<unknown>, { PATH: string | undefined }, string]>([
    ["a group, without getent", groupExists("root"), nowhere, "getent"],
    ["a group, where the name service fails", groupExists("root"), withTool("getent", "exit 1"), "status 1"],
    ["a user, where the name service fails", userExists("root"), withTool("getent", "exit 3"), "status 1"],
    ["groups of a user, where the name service fails", groupsOf("root"), withTool("getent", "exit 1"), "status 1"],
    [
      "a unit, without systemd",
      unitStatus("postfix"),
      withTool("systemctl", "echo 'not booted' >&2; exit 1"),
      "not booted",
    ],
    ["a FIFO in the place of a file", fileAt(fifo), inPath, "it is a fifo"],
    ["a folder in the place of a file", fileAt("/etc"), inPath, "it is a directory"],
  ])("%s", (_what, fact, env, words) => {
    const { status, stdout, stderr } = spawnSync("/bin/sh", ["-c", fact.question.text], { env, timeout: 10_000 });

    expect(() => fact.parse(answer(stdout, status ?? 1, stderr.toString()))).toThrow(words);
  });

  test("but a name that is not there, and a directory's entries, are answers", () => {
    const ask = <T>(fact: Fact<T>): T => fact.parse(answer(spawnSync("/bin/sh", ["-c", fact.question.text]).stdout));

    expect(ask(groupExists("no-such-group"))).toBe(false);
    expect(ask(userExists("root"))).toBe(true);
    expect(ask(groupsOf("no-such-user"))).toBeNull();
    expect(ask(entriesOf(scratch))).toContain("fifo");
    expect(ask(entriesOf("/no/such/folder"))).toEqual([]);
  });
});

test.each<[string, Fact<unknown>, ReturnType<typeof answer>]>([
  ["the groups of a user that id does not print", groupsOf("postfix"), answer("")],
  ["a group question that answers neither yes nor no", groupExists("sasl"), answer("maybe\n")],
  ["a systemctl that does not reach systemd, and exits with 0", unitStatus("postfix"), answer("")],
  ["a unit of which only is-enabled speaks", unitStatus("postfix"), answer("enabled\n")],
  ["records of packages without their first word", packageRecord, answer("")],
  ["a record of packages that is empty", packageRecord, answer("records\n/some/0001 \n")],
  ["an override in a form that dpkg does not print", statOverrideOf("/x"), answer("root sasl\n")],
  ["dpkg-statoverride exit 1 with a complaint", statOverrideOf("/x"), answer("", 1, "dpkg-statoverride: error")],
  ["a status line without a type", statusOf("/x"), answer("755 root root\n")],
  ["an empty status", statusOf("/x"), answer("")],
  ["a PID file of a systemctl that does not reach systemd", pidFileOf("postfix"), answer("")],
  ["a reach of a socket that is neither open nor closed", openToAll("/x"), answer("maybe\n")],
  ["an instance without its path", saslauthdInstances, answer("U1RBUlQ=\n")],
  ["a process without its unit", saslauthdProcessUnits, answer("  776\n")],
  ["a certificate file without a status", pemFileAt("/x"), answer("")],
  ["a key file without a status", keyFileAt("/x"), answer("")],
  ["a clock that shows no number", clock, answer("noon\n")],
  ["an account with half of its fields", localAccount("alice", "x"), answer("local\x001000\0/bin/sh\0no\0")],
  ["an account of a kind that there is not", localAccount("alice", "x"), answer("perhaps")],
  ["an entry of sasldb without a realm", sasldbAccount("alice", undefined, "x"), answer("\0no\0no")],
  ["an entry of sasldb without an answer", sasldbAccount("alice", "a", "x"), answer("a\0yes")],
  ["a file of which only the status came", fileAt("/x"), answer("644 root root regular file\n/x\n", 1)],
])("unreadable: %s", (_sentence, fact, given) => {
  expect(() => fact.parse(given)).toThrow(Failure);
});
