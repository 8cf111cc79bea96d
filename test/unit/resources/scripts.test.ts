// Every question and every step of every resource is text that the host's shell can read.
import { spawnSync } from "node:child_process";
import { expect, test } from "@jest/globals";
import type { Fact } from "../../../providers/facts/fact.ts";
import { catalogue, definitionOf, type Kind } from "../../../providers/resources/catalogue.ts";
import {
  addAccount,
  changeAccount,
  dropSasldbPassword,
  giveAccountBack,
  giveSasldbPasswordBack,
  removeAccount,
  setSasldbPassword,
} from "../../../providers/steps/account.ts";
import { aptInstall, settleRecords } from "../../../providers/steps/apt.ts";
import { certificatePath, closeFile, makeFolder, makeSelfSigned } from "../../../providers/steps/certificate.ts";
import { leavePackages, takeBackPackages } from "../../../providers/steps/package-way-back.ts";
import {
  checkPostfix,
  reloadIfRunning,
  reloadPostfix,
  startPostfix,
  stopPostfix,
} from "../../../providers/steps/postfix.ts";
import { forgetLogins, restartSaslauthd } from "../../../providers/steps/saslauthd.ts";

const hard = "a b'c$d\"e";

/** Inputs for what has no default, or more than one kind of question. */
const asked: readonly (readonly [Kind, object])[] = [
  ...(Object.keys(catalogue) as Kind[]).filter((kind) => kind !== "MailAccount").map((kind) => [kind, {}] as const),
  ["MailAccount", { name: "alice", password: hard }],
  ["MailAccount", { name: "alice", password: hard, store: "sasldb" }],
  ["MailAccount", { name: "alice", password: hard, store: "sasldb", realm: "example.org" }],
];

const questions = asked.flatMap(([kind, given]) => {
  const definition = definitionOf(kind);
  const facts = Object.values(definition.inspect(definition.schema.parse(given) as never)) as Fact<unknown>[];
  return facts.map((fact) => [`${kind}: ${fact.name}`, fact.question.text] as const);
});

const steps = [
  aptInstall(["postfix", hard]),
  takeBackPackages(["postfix", hard], { packages: [hard], made: [`file 0 ${hard}`], requested: [hard] }),
  leavePackages([hard]),
  settleRecords,
  checkPostfix,
  reloadPostfix(hard),
  reloadIfRunning(hard),
  startPostfix(hard),
  stopPostfix(hard),
  restartSaslauthd(hard, [{ pid: 4711, parent: 1, argv: [] }]),
  restartSaslauthd(hard, []),
  forgetLogins([hard, hard])[0],
  makeFolder,
  closeFile(hard, hard),
  makeSelfSigned(certificatePath("x"), "mail.example.org", 90, hard),
  addAccount(hard, hard),
  removeAccount(hard, hard),
  changeAccount(hard, { password: hard, shell: hard, unexpire: true, locked: true }, hard),
  giveAccountBack(hard, { hash: hard, changed: hard, expires: "" }, hard),
  setSasldbPassword(hard, hard, hard, { text: ":" }, hard),
  dropSasldbPassword(hard, hard, { text: ":" }, hard),
  giveSasldbPasswordBack(hard, hard, hard),
].flatMap(({ reason, script, undo }) => [
  [reason, script.text] as const,
  ...(undo === undefined ? [] : [[`undo of ${reason}`, `${undo.remember?.text ?? ":"}\n${undo.script.text}`] as const]),
]);

test.each([...questions, ...steps])("%s", (_name, script) => {
  expect(spawnSync("/bin/sh", ["-n"], { input: script, encoding: "utf8" })).toMatchObject({ status: 0, stderr: "" });
});

test("an unknown kind is an error, also one that every object has", () => {
  expect(() => definitionOf("Nothing")).toThrow("no resource of the kind Nothing");
  expect(() => definitionOf("toString")).toThrow("no resource of the kind toString");
});
