// Whether a package came with the operation: only a whole list of what was there before, without it, says so.
import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "@jest/globals";
import { journalFolder } from "../../../providers/facts/journal.ts";
import { cameInOperation } from "../../../providers/facts/package-journal.ts";
import { answer } from "../../support/fake-answers.ts";

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "package-journal-"));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const whole = "apt\ndpkg\nutil-linux\nzlib1g\n";

test.each([
  ["no journal", {}, false],
  ["a journal without an installation", { "0001/what": "/etc/postfix/master.cf\n" }, false],
  ["an installation before which it was not there", { "0002/packages": whole }, true],
  ["an installation of something else", { "0001/packages": whole.replace("util", "postfix\nutil") }, false],
  ["a package whose name only begins alike", { "0001/packages": whole.replace("util", "postfix-pcre\nutil") }, true],
  ["a list that is empty", { "0001/packages": "" }, false],
  ["a list that is cut off", { "0001/packages": "apt\ndpkg\n" }, false],
  ["an entry that was being written when the run was killed", { "0001.new/packages": whole }, false],
])("%s", (_what, files, came) => {
  for (const [file, content] of Object.entries(files)) {
    const path = join(folder, file);
    mkdirSync(join(path, ".."), { recursive: true });
    writeFileSync(path, content);
  }
  const { question, parse } = cameInOperation("postfix");

  const said = execFileSync("sh", ["-c", question.text.replaceAll(journalFolder, folder)]);

  expect(parse(answer(said))).toBe(came);
});
