// Whether a package came with the operation: only a record of an apt run behind the one that the journal names says so.
import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "@jest/globals";
import { libraryFolder } from "../../../providers/facts/journal.ts";
import { cameInOperation } from "../../../providers/facts/package-journal.ts";
import { answer } from "../../support/fake-answers.ts";

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "package-journal-"));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const brought = (name: string) => `sasl-mail-host packages 1\npackage ${name} amd64 1 absent\nend confirmed 0\n`;
const step = { "journal/0002/last-record": "after 0008\nend\n" };

test.each([
  ["no journal", { "packages/0009": brought("postfix") }, false],
  [
    "a journal without an installation",
    { "journal/0001/path": "/etc/postfix/master.cf", "packages/0009": brought("postfix") },
    false,
  ],
  ["an installation that has brought it", { ...step, "packages/0009": brought("postfix") }, true],
  [
    "the very first installation",
    { "journal/0002/last-record": "after \nend\n", "packages/0001": brought("postfix") },
    true,
  ],
  ["an earlier installation, which was proved", { ...step, "packages/0008": brought("postfix") }, false],
  ["an installation of something else", { ...step, "packages/0009": brought("sasl2-bin") }, false],
  ["a package whose name only begins alike", { ...step, "packages/0009": brought("postfix-pcre") }, false],
  [
    "an entry that was being written when the run was killed",
    { "journal/0002.new/last-record": "after \nend\n", "packages/0001": brought("postfix") },
    false,
  ],
])("%s", (_what, files, came) => {
  for (const [file, content] of Object.entries(files)) {
    const path = join(folder, file);
    mkdirSync(join(path, ".."), { recursive: true });
    writeFileSync(path, content);
  }
  const { question, parse } = cameInOperation("postfix");

  const said = execFileSync("sh", ["-c", question.text.replaceAll(libraryFolder, folder)]);

  expect(parse(answer(said))).toBe(came);
});
