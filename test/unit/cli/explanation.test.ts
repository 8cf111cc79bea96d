// What `npm run pulumi` adds to a failed command, where Pulumi's own message names neither the file nor what to do.
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "@jest/globals";
import { explanationOf } from "../../../cli/stack/explanation.ts";

let checkout: { project: string; state: string };

beforeEach(() => {
  const project = mkdtempSync(join(tmpdir(), "sasl-mail-host-explained-"));
  checkout = { project, state: join(project, ".lab") };
  const stacks = join(checkout.state, "pulumi/.pulumi/stacks/mail");
  mkdirSync(stacks, { recursive: true });
  writeFileSync(join(stacks, "mail1.json"), "{}");
  const config = { hosts: "array", tls: "object", smtps: "boolean", threads: "number", mechanism: "string" };
  const declared = Object.entries(config).map(([key, type]) => `  ${key}:\n    type: ${type}\n`);
  writeFileSync(join(project, "Pulumi.yaml"), `name: mail\nconfig:\n${declared.join("")}`);
});
afterEach(() => rmSync(checkout.project, { recursive: true }));

const explained = (text: string) => {
  writeFileSync(join(checkout.project, "Pulumi.mail1.yaml"), text);
  return explanationOf(["up"], "mail1", checkout);
};

describe("a stack that is not there", () => {
  test("is told with those that are, and with the one that was meant", async () => {
    expect(await explanationOf(["up", "--stack", "mial1"], "mial1", checkout)).toBe(
      "the stacks of this checkout are: mail1. Did you mean --stack mail1? A new one: npm run pulumi -- stack init mial1",
    );
  });

  test("is none where a command makes it", async () => {
    expect(await explanationOf(["stack", "init", "mail2"], "mail2", checkout)).toBeUndefined();
  });
});

describe("the stack's file", () => {
  test.each([
    ["a list as text", "config:\n  mail:hosts: mail1.example.org\n", /^Pulumi\.mail1\.yaml: hosts must be a list: /],
    ["an object as a list", "config:\n  mail:tls: []\n", /^Pulumi\.mail1\.yaml: tls must be an object: /],
    ["yes for true", 'config:\n  mail:smtps: "yes"\n', /^Pulumi\.mail1\.yaml: smtps must be true or false: /],
    ["a number as a word", "config:\n  mail:threads: five\n", /^Pulumi\.mail1\.yaml: threads must be a number: /],
    [
      "what is no YAML",
      "config:\n\tmail:smtps: true\n",
      /^Pulumi\.mail1\.yaml is no valid YAML: .* at line 2, column 1$/,
    ],
  ])("is named: %s", async (_what, text, says) => {
    expect(await explained(text)).toMatch(says);
  });

  test.each([
    ["right values", "config:\n  mail:hosts: []\n  mail:smtps: true\n  mail:threads: 5\n  mail:mechanism: pam\n"],
    ["what `config set` writes as text", 'config:\n  mail:smtps: "true"\n  mail:threads: "5"\n  mail:hosts: "[]"\n'],
    ["a secret", "config:\n  mail:tls:\n    secure: v1:x\n"],
    ["keys of others", "config:\n  aws:region: 1\n"],
    ["nothing", ""],
  ])("is no cause: %s", async (_what, text) => {
    expect(await explained(text)).toBeUndefined();
  });

  test("shows no value, which may be a secret", async () => {
    expect(await explained("config:\n  mail:proofPassword: 'hunter2\n")).not.toContain("hunter2");
  });

  test("that is absent is no cause", async () => {
    expect(await explanationOf(["up"], "mail1", checkout)).toBeUndefined();
  });
});
