// Whether a package came with the operation: only a whole record that its journal does not know from before says so.
import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "@jest/globals";
import { libraryFolder } from "../../../providers/facts/journal.ts";
import { cameInTransaction } from "../../../providers/facts/package-journal.ts";
import { answer } from "../../support/fake-answers.ts";

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "package-journal-"));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const note = (after: string) => `after ${after}\nend\n`;
const record = (name: string) => `sasl-mail-host packages 1\npackage ${name} amd64 3.7 absent /a\nend confirmed 0\n`;
const entry = "journal/0002/last-record";

test.each([
  ["no journal", { "packages/0001": record("postfix") }, false],
  ["a journal without an installation", { "journal/0001/path": "/etc/x", "packages/0001": record("postfix") }, false],
  ["the first installation", { [entry]: note(""), "packages/0001": record("postfix") }, true],
  ["a later installation", { [entry]: note("0008"), "packages/0009": record("postfix") }, true],
  ["an installation of before", { [entry]: note("0001"), "packages/0001": record("postfix") }, false],
  ["an installation of something else", { [entry]: note(""), "packages/0001": record("postfix-pcre") }, false],
  ["an installation that wrote nothing down", { [entry]: note("") }, false],
  ["a note that is empty", { [entry]: "", "packages/0001": record("postfix") }, false],
  ["a note that is cut off", { [entry]: "after 00", "packages/0001": record("postfix") }, false],
  ["a record that is cut off", { [entry]: note(""), "packages/0001": record("postfix").slice(0, -20) }, false],
  [
    "an entry that was being written when the run was killed",
    { "journal/0001.new/last-record": note(""), "packages/0001": record("postfix") },
    false,
  ],
])("%s", (_what, files, came) => {
  for (const [file, content] of Object.entries(files)) {
    const path = join(folder, file);
    mkdirSync(join(path, ".."), { recursive: true });
    writeFileSync(path, content);
  }
  const { question, parse } = cameInTransaction("postfix");

  const said = execFileSync("sh", ["-c", question.text.replaceAll(libraryFolder, folder)]);

  expect(parse(answer(said))).toBe(came);
});
