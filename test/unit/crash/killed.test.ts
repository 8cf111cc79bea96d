// A cut is a state that was seen while a script stood still. That it is what a kill leaves is tried here: the same script is really killed there.
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "@jest/globals";
import { writeScript } from "../../../providers/transaction/write-script.ts";
import type { Tree } from "../../support/crash/disk.ts";
import { FolderTree } from "../../support/crash/folder-tree.ts";
import { TracedShell } from "../../support/crash/traced-shell.ts";

let work: string;
let root: string;

beforeEach(() => {
  work = mkdtempSync(join(tmpdir(), "killed-"));
  root = join(work, "host");
});
afterEach(() => rmSync(work, { recursive: true }));

const shown = (tree: Tree) => [...tree].map(([path, { mode, data }]) => `${path} ${mode} ${data}`);

/** What is there when the script is about to run its command of this number; `kill` ends it there. */
function leftAt(moment: number, kill: boolean): string[] | undefined {
  rmSync(root, { recursive: true, force: true });
  mkdirSync(root);
  writeFileSync(join(root, "file"), "old");
  const own = mkdtempSync(join(work, "shell-"));
  const shell = new TracedShell(own, root);
  const folder = new FolderTree(root);
  const { text } = writeScript({
    do: "write",
    path: join(root, "file"),
    content: Buffer.from("new"),
    expected: Buffer.from("old"),
    created: { owner: "root", group: "root", mode: "644" },
    reason: "test",
  });
  let count = 0;
  let seen: string[] | undefined;
  try {
    shell.run(text, () => {
      count += 1;
      if (count !== moment) return;
      seen = shown(folder.read());
      if (kill) shell.kill();
    });
  } catch {
    // it was killed
  }
  shell.close();
  return kill && seen !== undefined ? shown(folder.read()) : seen;
}

test("a script that is killed before any of its commands leaves what was seen there", () => {
  let different = 0;
  let last = "";
  for (let moment = 1; ; moment += 1) {
    const seen = leftAt(moment, false);
    if (seen === undefined) break;
    expect(leftAt(moment, true)).toEqual(seen);
    if (seen.join() !== last) different += 1;
    last = seen.join();
  }
  // old alone; an empty temporary file; one with owner and mode of the old; a filled one; the new file
  expect(different).toBeGreaterThanOrEqual(4);
});
