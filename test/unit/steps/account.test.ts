// Steps on accounts: what is secret in them is in no argument of a program.
import { readdirSync } from "node:fs";
import { afterEach, beforeEach, describe, expect, test } from "@jest/globals";
import {
  changeAccount,
  giveAccountBack,
  giveSasldbPasswordBack,
  setSasldbPassword,
} from "../../../providers/steps/account.ts";
import { apply } from "../../../providers/transaction/apply.ts";
import { rollBack } from "../../../providers/transaction/rollback.ts";
import { type Folder, hostInFolder } from "../../support/host-in-folder.ts";

test.each([
  ["a password", changeAccount("bob", { password: "secret" }, "why")],
  ["a hash", giveAccountBack("bob", { hash: "secret", changed: "", expires: "" }, undefined)],
  ["a password of sasldb", setSasldbPassword("bob", "realm", "secret", "why")],
  ["an old password of sasldb", giveSasldbPasswordBack("bob", "realm", "secret")],
])("%s is in no line but that of the shell's own printf", (_what, step) => {
  const lines = `${step.script.text}\n${step.undo?.script.text ?? ""}`.split("\n");

  expect(lines.filter((line) => line.includes("secret") && !line.startsWith("printf "))).toEqual([]);
  expect(lines.some((line) => line.includes("secret"))).toBe(true);
});

describe("the roll-back of a password in sasldb", () => {
  let folder: Folder;
  const hex = (text: string) => Buffer.from(text).toString("hex");
  const key = hex("bob\0example.org\0userPassword");
  const set = (password: string | undefined) => folder.write("db", password === undefined ? "" : hex(password));
  const password = () => Buffer.from(folder.read("db") ?? "", "hex").toString();

  beforeEach(async () => {
    folder = await hostInFolder();
    folder.write("/etc/sasldb2", "");
    folder.program(
      "db_dump",
      `echo HEADER=END; if [ -s "$ROOT/db" ]; then printf ' %s\\n %s\\n' ${key} "$(cat "$ROOT/db")"; fi; echo DATA=END`,
    );
    folder.program(
      "saslpasswd2",
      'case " $* " in *" -d "*) : > "$ROOT/db" ;; *) od -An -v -tx1 | tr -d " \\n" > "$ROOT/db" ;; esac',
    );
  });
  afterEach(() => folder[Symbol.asyncDispose]());

  test.each([
    ["gives the old one back", "old", undefined, "old"],
    ["takes out what was not there", undefined, undefined, ""],
    ["leaves one that somebody else has set since, and says so", "old", "theirs", "theirs"],
    ["leaves it out where somebody else has taken it out since", "old", "", ""],
    ["has nothing to do where somebody else has put it back", "old", "old", "old"],
  ])("%s", async (_what, before, theirs, after) => {
    set(before);
    const step = setSasldbPassword("bob", "example.org", "ours", "test");
    await apply(folder.host, [step], { log: () => {}, done: () => {}, journalled: true });
    expect(password()).toBe("ours");
    expect(readdirSync(folder.at("var/lib/sasl-mail-host/journal/0001")).sort()).toEqual([
      "after",
      "found",
      "head",
      "sums",
      "undo",
    ]);
    if (theirs !== undefined) set(theirs);

    const story = (await rollBack(folder.host))?.join("\n");

    expect(password()).toBe(after);
    const kept = theirs !== undefined && theirs !== before;
    expect(story?.includes("BUT kept: the entry of bob in the realm example.org, which somebody else")).toBe(kept);
  });
});
