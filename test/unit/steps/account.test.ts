// Steps on accounts: what is secret in them is in no argument of a program.
import { spawnSync } from "node:child_process";
import { readdirSync, rmSync } from "node:fs";
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

describe("the roll-back of a changed account", () => {
  let folder: Folder;
  const step = changeAccount("bob", { password: "secret", shell: "/bin/bash" }, "test");
  const shadow = "root:*:1::::::\nbob:old:19000:0:99999:7:::\n";
  const passwd = "root:x:0:0::/root:/bin/sh\nbob:x:1000:1000::/nonexistent:/bin/false\n";
  const edits = (file: string, script: string) => `sed -i -E "${script}" "$ROOT/etc/${file}"`;
  const programs: Readonly<Record<string, string>> = {
    chpasswd: `IFS=: read -r name word; ${edits("shadow", "s,^bob:[^:]*:[^:]*,bob:$word:20000,")}`,
    chage: edits("shadow", "s,^(bob:[^:]*):[^:]*,\\1:$2,"),
    usermod: edits("passwd", "s,^(bob:.*):[^:]*$,\\1:$2,"),
    getent: 'grep "^$2:" "$ROOT/etc/$1" || exit 2',
  };
  const shell = () => /^bob:.*:(.*)$/m.exec(folder.read("/etc/passwd") ?? "")?.[1];

  beforeEach(async () => {
    folder = await hostInFolder();
    folder.write("/etc/shadow", shadow);
    folder.write("/etc/passwd", passwd);
    for (const [name, script] of Object.entries(programs)) folder.program(name, script);
    await apply(folder.host, [step], { log: () => {}, done: () => {}, journalled: true });
    expect([folder.read("/etc/shadow"), shell()]).toEqual([expect.stringContaining("bob:secret:20000:"), "/bin/bash"]);
  });
  afterEach(() => folder[Symbol.asyncDispose]());

  test("puts the hash, the days and the shell back", async () => {
    await rollBack(folder.host);

    expect([folder.read("/etc/shadow"), folder.read("/etc/passwd")]).toEqual([shadow, passwd]);
  });

  test.each(["chpasswd", "chage", "usermod"])("is not done where %s fails, and goes on when it works", async (name) => {
    folder.program(name, "exit 1");
    const story = await rollBack(folder.host).catch((error: Error) => error.message);
    folder.program(name, programs[name] ?? "");

    expect(story).toContain("NOT put back: test");
    await rollBack(folder.host);
    expect([folder.read("/etc/shadow"), folder.read("/etc/passwd")]).toEqual([shadow, passwd]);
  });

  test.each([
    ["password", "shadow", "s,secret,theirs,"],
    ["last day", "shadow", "s,:::$,:20500::,"],
    ["shell", "passwd", "s,/bin/bash,/bin/dash,"],
  ])("keeps the %s that somebody else has set since, and says so", async (_what, file, edit) => {
    const sed = spawnSync("sed", ["-i", edit, folder.at(`/etc/${file}`)]);
    const theirs = [folder.read("/etc/shadow"), folder.read("/etc/passwd")];

    const story = await rollBack(folder.host);

    expect(sed.status).toBe(0);
    expect(story?.join("\n")).toContain("BUT kept: the account bob, which somebody else has changed since");
    expect([folder.read("/etc/shadow"), folder.read("/etc/passwd")]).toEqual(theirs);
  });

  test("is not done where the accounts cannot be read: nothing read is not nothing to do", async () => {
    const now = folder.read("/etc/shadow") ?? "";
    rmSync(folder.at("/etc/shadow"));
    const story = await rollBack(folder.host).catch((error: Error) => error.message);
    folder.write("/etc/shadow", now);

    expect(story).toContain("NOT put back: test");
    await rollBack(folder.host);
    expect([folder.read("/etc/shadow"), folder.read("/etc/passwd")]).toEqual([shadow, passwd]);
  });
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
