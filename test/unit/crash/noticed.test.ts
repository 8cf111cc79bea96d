// The explorer notices what it is for: faults that the scripts had, or could have, are put into them one by one; every day only the first.
import { beforeEach, expect, jest, test } from "@jest/globals";
import { CrashHost } from "../../support/crash/crash-host.ts";
import { explore } from "../../support/crash/exploration.ts";
import { firstDay } from "../../support/crash/first-day.ts";

jest.setTimeout(600_000);

beforeEach(() => {
  jest.spyOn(console, "log").mockImplementation(() => {});
});

interface Fault {
  readonly name: string;
  readonly correct: string | RegExp;
  readonly wrong: string;
  readonly found: RegExp;
}

const faults: readonly Fault[] = [
  {
    name: "a file is renamed before it is on the disk",
    correct: 'sync -- "$temporary"\n',
    wrong: "",
    found: /own\.conf is neither the old nor the new file: file 644 ""/,
  },
  {
    name: "a change is made before its journal entry is on the disk",
    correct: /sync -- "\$entry\.new"\/\* "\$entry\.new" &&|&& sync -- "\$journal" \|\| refuse/g,
    wrong: "",
    found: /sasl: |smtpd\.conf: |own\.conf: |group: /,
  },
  {
    name: "a journal ends by its removal, file by file",
    correct: /mv -- '(\S*\/journal)' \S+ && sync -- \S+/g,
    wrong: "rm -rf -- '$1'",
    found: /up fails|destroy fails|in the place of/,
  },
  {
    name: "a file is written in place",
    correct: 'mv -f -- "$temporary" "$path"',
    wrong: 'cat "$temporary" > "$path"; rm -f "$temporary"',
    found: /own\.conf is neither the old nor the new file/,
  },
];

const { CRASH_SECONDS = "20" } = process.env;

test.each(Number(CRASH_SECONDS) < 300 ? faults.slice(0, 1) : faults)("$name", async ({ correct, wrong, found }) => {
  const host = new CrashHost(firstDay(), (script) => script.replaceAll(correct, wrong));

  const explored = await explore(host, { seconds: 300, again: 1_000, seed: 1, first: true }, [["first-day", "up-A"]]);
  await host.close();

  expect(explored.faults.map(({ what }) => what).join("\n")).toMatch(found);
});
