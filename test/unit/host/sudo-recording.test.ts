// A sudo that keeps a copy of what goes into the root shell: the operator hears of it before anything is sent, and once.
import { describe, expect, test } from "@jest/globals";
import { sh } from "../../../providers/core/shell.ts";
import { Host } from "../../../providers/host/host.ts";
import { recordingIn, warningsOf } from "../../../providers/host/sudo-recording.ts";
import { fakeHost } from "../../support/fake-ssh-host.ts";
import { fakeSudo, type SudoHabit } from "../../support/fake-sudo.ts";

const payload = "canary of the payload";

/** Becomes root twice, and asks one question each time. Gives the warnings, and whether the payload had been sent when they came. */
async function warnedBy(habit: SudoHabit, user: string): Promise<{ line: string; tooLate: boolean }[]> {
  const warnings: { line: string; tooLate: boolean }[] = [];
  using sudo = fakeSudo(habit);
  await using fake = await fakeHost({ user, path: sudo.folder });
  const host = new Host(fake.connection(habit === "asks" ? { sudoPassword: sudo.password } : {}));
  const warn = (line: string) => {
    warnings.push({ line, tooLate: Buffer.concat(fake.seen.stdin).toString().includes(payload) });
  };
  host.tellTo(Object.assign(() => {}, { warn, delivered: async () => {} }));
  for (let time = 0; time < 2; time += 1) {
    await (await host.shell()).request("look", sh`echo ${payload}`);
    await host.close();
  }
  return warnings;
}

test("is told of once, by name of the sudoers tag, before the first request", async () => {
  const warnings = await warnedBy("records", "mail");

  expect(warnings).toEqual([
    {
      line: expect.stringMatching(
        /^sudo records what this program sends .*LOG_INPUT.*visudo -f .*: mail ALL=\(root\) NOPASSWD: NOLOG_INPUT: NOLOG_OUTPUT: \/bin\/sh/,
      ),
      tooLate: false,
    },
  ]);
});

test.each<[string, SudoHabit, string]>([
  ["a sudo that hands the shell its own input", "silent", "mail"],
  ["a sudo that asks for a password and hands on the rest", "asks", "mail"],
  ["root, who needs no sudo", "records", "root"],
])("there is nothing to tell of %s", async (_what, habit, user) => {
  expect(await warnedBy(habit, user)).toEqual([]);
});

describe("what the shell says of it", () => {
  test.each([
    ["nothing", "Welcome\n\nready\n", {}],
    ["another pipe for what goes in", "Welcome\n\nword 0 pipe:[1]\n", { input: "recorded" }],
    ["another pipe for what comes out", "\nword 1 pipe:[1]\n", { output: "recorded" }],
    [
      "that it can not see sudo's side",
      "\nword 0 unknown\n\nword 1 unknown\n",
      { input: "unknown", output: "unknown" },
    ],
  ])("%s", (_what, output, recording) => {
    expect(recordingIn(output, "word")).toEqual(recording);
  });

  test("what can not be seen is no all-clear", () => {
    expect(warningsOf({ input: "unknown", output: "unknown" }, "mail")).toEqual([
      expect.stringContaining("nobody can see whether sudo records what this program sends"),
      expect.stringContaining("nobody can see whether sudo records what the host answers"),
    ]);
  });
});
