// `npm run pulumi -- …`: what the lab must know of the CLI's arguments, and under which passphrase the secrets of a stack are.
import { afterEach, beforeEach, describe, expect, test } from "@jest/globals";
import { needsStack, stackIn, withoutOldRefresh } from "../../../lab/engine/arguments.ts";
import { passphraseOf } from "../../../lab/engine/passphrase.ts";

const variables = ["PULUMI_STACK", "PULUMI_CONFIG_PASSPHRASE", "PULUMI_CONFIG_PASSPHRASE_FILE"];
const given = Object.fromEntries(variables.map((name) => [name, process.env[name]]));
beforeEach(() => {
  for (const name of variables) delete process.env[name];
});
afterEach(() => {
  for (const [name, value] of Object.entries(given)) if (value !== undefined) process.env[name] = value;
});

test.each([
  ["up --yes", undefined],
  ["up --stack mail1 --yes", "mail1"],
  ["preview -s mail1", "mail1"],
  ["up --stack=organization/mail/staging", "staging"],
  ["stack init mail1", "mail1"],
  ["stack select organization/mail/dev --create", "dev"],
  ["stack output hosts", undefined],
  ["config get hosts", undefined],
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
])("`pulumi %s` works on a stack: %s", (line, expected) => {
  expect(needsStack(line.split(" "))).toBe(expected);
});

test.each([
  ["destroy --yes", "destroy --yes --refresh=false"],
  ["destroy --refresh", "destroy --refresh"],
  ["up", "up"],
])("`pulumi %s` is run as `pulumi %s`", (line, expected) => {
  expect(withoutOldRefresh(line.split(" ")).join(" ")).toBe(expected);
});

describe("the passphrase", () => {
  test("of the lab's own stack is known to everybody, and no other's is", () => {
    expect(passphraseOf("dev")).toEqual({ PULUMI_CONFIG_PASSPHRASE: "lab" });
    process.env.PULUMI_CONFIG_PASSPHRASE_FILE = "/home/me/passphrase";
    expect(passphraseOf("mail1")).toEqual({});
  });
});
