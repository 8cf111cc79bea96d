// Steps on accounts: what is secret in them is in no argument of a program.
import { expect, test } from "@jest/globals";
import {
  changeAccount,
  giveAccountBack,
  giveSasldbPasswordBack,
  setSasldbPassword,
} from "../../../providers/steps/account.ts";

const question = { text: ":" };

test.each([
  ["a password", changeAccount("bob", { password: "secret" }, "why")],
  ["a hash", giveAccountBack("bob", { hash: "secret", changed: "", expires: "" }, undefined)],
  ["a password of sasldb", setSasldbPassword("bob", "realm", "secret", question, "why")],
  ["an old password of sasldb", giveSasldbPasswordBack("bob", "realm", "secret")],
])("%s is in no line but that of the shell's own printf", (_what, step) => {
  const lines = `${step.script.text}\n${step.undo?.script.text ?? ""}`.split("\n");

  expect(lines.filter((line) => line.includes("secret") && !line.startsWith("printf "))).toEqual([]);
  expect(lines.some((line) => line.includes("secret"))).toBe(true);
});
