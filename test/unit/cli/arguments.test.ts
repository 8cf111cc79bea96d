// `npm run pulumi -- …`: what it must know of the CLI's arguments.
import { afterEach, beforeEach, expect, test } from "@jest/globals";
import { isRun, needsPassphrase, needsStack, stackIn, withoutOldRefresh } from "../../../cli/stack/arguments.ts";

const given = process.env.PULUMI_STACK;
beforeEach(() => {
  delete process.env.PULUMI_STACK;
});
afterEach(() => {
  if (given !== undefined) process.env.PULUMI_STACK = given;
});

test.each([
  ["up --yes", undefined],
  ["up --stack mail1 --yes", "mail1"],
  ["preview -s mail1", "mail1"],
  ["up --stack=organization/mail/staging", "staging"],
  ["stack init mail1", "mail1"],
  ["stack select organization/mail/dev --create", "dev"],
  ["-s mail1 destroy", "mail1"],
  ["up -smail1", "mail1"],
  ["up -s=organization/mail/staging", "staging"],
  ["stack init --secrets-provider passphrase --copy-config-from old mail1", "mail1"],
  ["stack output hosts", undefined],
  ["config get hosts", undefined],
  ["--color never stack init mail1", "mail1"],
  ["up --stack", undefined],
])("the stack of `pulumi %s` is %s", (line, stack) => {
  expect(stackIn(line.split(" "))).toBe(stack);
});

test("PULUMI_STACK names it where the command does not", () => {
  process.env.PULUMI_STACK = "mail/production";

  expect([stackIn(["up"]), stackIn(["up", "--stack", "mail1"])]).toEqual(["production", "mail1"]);
});

test.each([
  ["up", true],
  ["config set a b", true],
  ["stack output", true],
  ["stack ls", false],
  ["up --help", false],
  ["version", false],
  ["--color never up", true],
  ["--stack mail1 config", true],
  ["--config-file other.yaml up", true],
  ["--tracing-header a:b stack ls", false],
  ["-C examples/with-command config set a b", true],
  ["", false],
])("`pulumi %s` works on a stack: %s", (line, expected) => {
  expect(needsStack(line.split(" "))).toBe(expected);
});

test.each([
  ["up --yes", true],
  ["--color never preview", true],
  ["-s mail1 destroy", true],
  ["destroy --help", false],
  ["stack export", false],
  ["", false],
])("`pulumi %s` looks at hosts or changes them: %s", (line, expected) => {
  expect(isRun(line.split(" "))).toBe(expected);
});

test.each([
  ["destroy --yes", "destroy --yes --refresh=false"],
  ["-s mail1 destroy", "-s mail1 destroy --refresh=false"],
  ["destroy --refresh", "destroy --refresh"],
  ["up", "up"],
])("`pulumi %s` is run as `pulumi %s`", (line, expected) => {
  expect(withoutOldRefresh(line.split(" ")).join(" ")).toBe(expected);
});

test.each([
  ["stack init mail1", true],
  ["stack select mail1 --create", true],
  ["config set --secret proofPassword", true],
  ["up --stack mail1", true],
  ["stack output", true],
  ["stack rm mail1", false],
  ["stack select mail1", false],
  ["stack ls", false],
  ["stack init --help", false],
  ["cancel", false],
  ["version", false],
])("`pulumi %s` needs a passphrase: %s", (line, expected) => {
  expect(needsPassphrase(line.split(" "))).toBe(expected);
});
