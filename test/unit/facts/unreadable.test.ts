// The rule of every fact: an answer that can not be trusted throws. It is never read as "not there".
import { describe, expect, test } from "@jest/globals";
import { groupExists, groupsOf, userExists } from "../../../providers/facts/account.ts";
import { installedPackages, statOverrideOf } from "../../../providers/facts/dpkg.ts";
import type { Fact } from "../../../providers/facts/fact.ts";
import { fileAt, firstMissingPart, statusOf } from "../../../providers/facts/file.ts";
import { journalOpen } from "../../../providers/facts/journal.ts";
import { leftovers } from "../../../providers/facts/leftovers.ts";
import { configurationDigest, masterProcesses, proofDigest } from "../../../providers/facts/postfix.ts";
import { listeners } from "../../../providers/facts/process.ts";
import { unitStatus } from "../../../providers/facts/systemd.ts";
import { Failure } from "../../../providers/steps/failure.ts";
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
  configurationDigest,
  proofDigest,
  journalOpen,
  leftovers,
  masterProcesses,
  listeners,
  unitStatus("postfix"),
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

test.each<[string, Fact<unknown>, ReturnType<typeof answer>]>([
  ["the groups of a user that id does not print", groupsOf("postfix"), answer("")],
  ["a group question that answers neither yes nor no", groupExists("sasl"), answer("maybe\n")],
  ["an override in a form that dpkg does not print", statOverrideOf("/x"), answer("root sasl\n")],
  ["dpkg-statoverride exit 1 with a complaint", statOverrideOf("/x"), answer("", 1, "dpkg-statoverride: error")],
  ["a status line without a type", statusOf("/x"), answer("755 root root\n")],
  ["an empty status", statusOf("/x"), answer("")],
  ["a file of which only the status came", fileAt("/x"), answer("644 root root regular file\n/x\n", 1)],
])("unreadable: %s", (_sentence, fact, given) => {
  expect(() => fact.parse(given)).toThrow(Failure);
});
