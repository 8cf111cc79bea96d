// What was changed since a file was made: content, owner and mode count, whatever the times say that a program may set.
import { spawnSync } from "node:child_process";
import { chmodSync, mkdirSync, mkdtempSync, rmSync, utimesSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test } from "@jest/globals";
import { changedSince } from "../../../providers/facts/changed-since.ts";
import { answer } from "../../support/fake-answers.ts";

const scratch = mkdtempSync(join(tmpdir(), "changed-since-"));
afterAll(() => rmSync(scratch, { recursive: true }));
const at = (name: string) => join(scratch, name);

function ask(reference: string, paths: readonly string[]): readonly string[] {
  const fact = changedSince(reference, paths);
  const { status, stdout, stderr } = spawnSync("/bin/sh", ["-c", fact.question.text]);
  return fact.parse(answer(stdout, status ?? 1, stderr.toString()));
}

/** The kernel's clock for files goes in steps of some milliseconds. */
const tick = () => spawnSync("sleep", ["0.05"]);

test("a file written, a mode changed and an old time set back are changes; what was there before is none", () => {
  mkdirSync(at("folder"));
  for (const name of ["old", "written", "mode", "set back", "folder/inside"]) writeFileSync(at(name), "1");
  tick();
  writeFileSync(at("reference"), "");
  tick();
  for (const name of ["written", "set back", "folder/inside"]) writeFileSync(at(name), "2");
  utimesSync(at("set back"), 1, 1);
  chmodSync(at("mode"), 0o600);

  const changed = ask(at("reference"), ["old", "written", "mode", "set back", "folder", "never there"].map(at));

  expect([...changed].sort()).toEqual(["folder/inside", "mode", "set back", "written"].map(at).sort());
});

test("without a reference nothing is known to have changed", () => {
  expect(ask(at("no reference"), [at("old")])).toEqual([]);
});
