// An undo that cannot see the host, or that does only a part, is a failure: its entry stays in the journal.
import { mkdirSync } from "node:fs";
import { afterEach, beforeEach, expect, test } from "@jest/globals";
import { sh } from "../../../providers/core/shell.ts";
import { groupMember } from "../../../providers/resources/accounts/group-member.ts";
import { setEnabled } from "../../../providers/steps/postfix.ts";
import { endDaemon } from "../../../providers/steps/saslauthd-instance.ts";
import { registerOverride, restoreDirectoryIfOurs } from "../../../providers/steps/stat-override.ts";
import type { RunScript, Step } from "../../../providers/steps/step.ts";
import { apply } from "../../../providers/transaction/apply.ts";
import { rollBack } from "../../../providers/transaction/rollback.ts";
import { type Folder, hostInFolder } from "../../support/host-in-folder.ts";

let folder: Folder;
beforeEach(async () => {
  folder = await hostInFolder();
  folder.program("dpkg-statoverride", "case $1 in --list) exit 1 ;; esac");
  folder.program("usermod", ":");
  folder.program("stat", "echo nobody:sasl 710");
  mkdirSync(folder.at("/etc/made"));
});
afterEach(() => folder[Symbol.asyncDispose]());

const override = { owner: "root", group: "sasl", mode: "710" };
const [join] = groupMember.apply(
  { user: "postfix", group: "sasl" },
  { groups: [], groupExists: true },
  undefined,
  undefined,
);
const ours = { ...override, owner: "nobody" };
const before = { directory: null, missingFrom: "/etc/made" };
const makeDirectory: RunScript = {
  do: "run",
  reason: "make a directory",
  script: sh`:`,
  undo: { script: restoreDirectoryIfOurs("/etc/made", ours, before) },
};

test.each<[string, Step | undefined, string, string]>([
  ["an override, where dpkg does not tell", registerOverride("/srv/a", override, null), "dpkg-statoverride", "exit 2"],
  ["a directory, where its owner cannot be read", makeDirectory, "stat", "exit 1"],
  ["a directory, where it is empty and stays", makeDirectory, "rmdir", `echo 'Read-only file system' >&2; exit 1`],
  ["a membership, where the group cannot be read", join, "getent", "exit 1"],
  ["a unit at boot, where systemd does not answer", setEnabled("postfix", true, "disabled"), "systemctl", "exit 1"],
  [
    "a daemon, where the one in its place does not end",
    endDaemon({ argv: ["saslauthd"], unit: "mine.service", enabled: false }, 0, "end a daemon"),
    "systemctl",
    `case "$1 $2" in "stop saslauthd") exit 1 ;; esac`,
  ],
])("%s is not put back", async (_what, step, program, script) => {
  if (step === undefined) throw new Error("no step");
  await apply(folder.host, [step], { log: () => {}, done: () => {}, journalled: true });
  folder.program(program, script);

  const story = await rollBack(folder.host).catch((error: Error) => error.message);

  expect(story).toContain(`NOT put back: ${(step as RunScript).reason}`);
});
