// Every question and every step of every resource is text that the host's shell can read.
import { spawnSync } from "node:child_process";
import { expect, test } from "@jest/globals";
import type { Fact } from "../../../providers/facts/fact.ts";
import { catalogue, definitionOf, type Kind } from "../../../providers/resources/catalogue.ts";
import { aptInstall, aptPurge } from "../../../providers/steps/apt.ts";
import { certificatePath, closeFile, makeFolder, makeSelfSigned } from "../../../providers/steps/certificate.ts";
import {
  checkPostfix,
  reloadIfRunning,
  reloadPostfix,
  startPostfix,
  stopPostfix,
} from "../../../providers/steps/postfix.ts";
import { forgetLogins, restartSaslauthd } from "../../../providers/steps/saslauthd.ts";

const hard = "a b'c$d\"e";

const questions = (Object.keys(catalogue) as Kind[]).flatMap((kind) => {
  const definition = definitionOf(kind);
  const facts = Object.values(definition.inspect(definition.schema.parse({}) as never)) as Fact<unknown>[];
  return facts.map((fact) => [`${kind}: ${fact.name}`, fact.question.text] as const);
});

const steps = [
  aptInstall(["postfix", hard]),
  aptPurge(["postfix", hard]),
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
].map((step) => [step.reason, step.script.text] as const);

test.each([...questions, ...steps])("%s", (_name, script) => {
  expect(spawnSync("/bin/sh", ["-n"], { input: script, encoding: "utf8" })).toMatchObject({ status: 0, stderr: "" });
});

test("an unknown kind is an error, also one that every object has", () => {
  expect(() => definitionOf("Nothing")).toThrow("no resource of the kind Nothing");
  expect(() => definitionOf("toString")).toThrow("no resource of the kind toString");
});
