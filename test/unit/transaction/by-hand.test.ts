// The loop of docs/how-to/rescue.md that goes back by hand, over a journal that the real scripts have written in a folder.
import { execFileSync } from "node:child_process";
import { mkdirSync, readdirSync } from "node:fs";
import { afterEach, beforeEach, expect, test } from "@jest/globals";
import { sh } from "../../../providers/core/shell.ts";
import type { Step, WriteFile } from "../../../providers/steps/step.ts";
import { apply } from "../../../providers/transaction/apply.ts";
import { blocks } from "../../support/documentation.ts";
import { type Folder, hostInFolder, movedBelow } from "../../support/host-in-folder.ts";

const loop = blocks().find(({ begins }) => begins === "cd /var/lib/sasl-mail-host/journal && cat opened");

let folder: Folder;

beforeEach(async () => {
  folder = await hostInFolder();
  folder.running("postfix", "saslauthd");
  mkdirSync(folder.at("root"));
  folder.write("etc/changed.conf", "before\n");
  folder.write("etc/removed.conf", "before\n");
});
afterEach(() => folder[Symbol.asyncDispose]());

const write = (path: string, content: string, expected?: string): WriteFile => ({
  do: "write",
  path,
  content: Buffer.from(content),
  expected: expected === undefined ? undefined : Buffer.from(expected),
  created: { owner: "root", group: "root", mode: "644" },
  reason: "test",
});
const applied = (...steps: Step[]) => apply(folder.host, steps, { log: () => {}, done: () => {}, journalled: true });

/** What the page's commands print. */
function byHand(): string {
  const script = movedBelow(folder.host.root, loop?.text ?? "exit 1");
  const env = { ...process.env, ROOT: folder.host.root, PATH: `${folder.at("bin")}:${process.env.PATH}` };
  return execFileSync("bash", ["-e", "-c", script], { env, encoding: "utf8" });
}

/** The files of /etc that a test of this file may have made. */
const files = () =>
  Object.fromEntries(
    readdirSync(folder.at("etc"))
      .filter((name) => name.endsWith(".conf"))
      .map((name) => [name, folder.read(`etc/${name}`)]),
  );

test("a changed file, a removed one, a new one and what a command did are as before", async () => {
  const before = files();
  await applied(
    write("/etc/changed.conf", "after\n", "before\n"),
    { do: "remove", path: "/etc/removed.conf", reason: "test" },
    write("/etc/new.conf", "new\n"),
    {
      do: "run",
      reason: "make",
      script: sh`echo made > /etc/made.conf`,
      undo: { script: sh`rm -f /etc/made.conf` },
    },
  );
  expect(files()).toEqual({ "changed.conf": "after\n", "made.conf": "made\n", "new.conf": "new\n" });

  const printed = byHand();

  expect(files()).toEqual(before);
  expect(printed).not.toContain("edited by somebody else");
  expect(folder.read("var/lib/sasl-mail-host/journal/opened")).toBeUndefined();
});

test("a change that was written down and never made is passed over", async () => {
  await applied(write("/etc/changed.conf", "after\n", "before\n"));
  await applied({ do: "remove", path: "/etc/removed.conf", reason: "test" });
  for (const name of ["changed", "removed"]) folder.write(`etc/${name}.conf`, "before\n");

  expect(byHand()).not.toContain("edited by somebody else");

  expect(files()).toEqual({ "changed.conf": "before\n", "removed.conf": "before\n" });
});

test("a file that somebody else has edited, or made again, is left and named", async () => {
  await applied(write("/etc/changed.conf", "after\n", "before\n"));
  await applied({ do: "remove", path: "/etc/removed.conf", reason: "test" });
  for (const name of ["changed", "removed"]) folder.write(`etc/${name}.conf`, "theirs\n");

  const printed = byHand();

  expect(files()).toEqual({ "changed.conf": "theirs\n", "removed.conf": "theirs\n" });
  expect(printed.match(/\S+\.conf was edited by somebody else/g)).toHaveLength(2);
});
