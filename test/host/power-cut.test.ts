// Power cut at every command of a change, of its commit and of its roll-back: the host's folder stands on an ext4 image, which is copied before and after
// each program that the scripts start. What a copy shows when it is mounted is what the disk had when the power went: what was not synced is not there.
import { copyFileSync, mkdirSync, mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, jest, test } from "@jest/globals";
import { execa } from "execa";
import type { Step } from "../../providers/steps/step.ts";
import { apply } from "../../providers/transaction/apply.ts";
import { commit, rollBack } from "../../providers/transaction/rollback.ts";
import { type Folder, hostInFolder } from "../support/host-in-folder.ts";

jest.setTimeout(300_000);

const path = "/etc/postfix/master.cf";
const before = "smtp inet n - y - - smtpd\n";
const after = `${before}smtps inet n - y - - smtpd\n`;

/** Programs that change files: the image is copied before and after each. */
const changing = ["mv", "sync", "cp", "rm", "mkdir", "install", "mktemp", "touch"];

/** The kernel writes nothing by itself before ten minutes are over, and does not repair what programs forget (ext4(5)). */
const harsh = "loop,commit=600,noauto_da_alloc";

let work: string;

beforeEach(() => {
  work = mkdtempSync(join(tmpdir(), "power-cut-"));
});
afterEach(async () => {
  const { stdout } = await execa("findmnt", ["-rno", "TARGET"]);
  for (const mount of stdout.split("\n").filter((target) => target.startsWith(work))) await execa("umount", [mount]);
  rmSync(work, { recursive: true, force: true });
});

/** Runs `use` on the host that an image shows. */
async function on<T>(image: string, use: (folder: Folder) => Promise<T>): Promise<T> {
  // always the same one: the journal holds whole paths
  const root = join(work, "mounted");
  mkdirSync(root, { recursive: true });
  await execa("mount", ["-o", harsh, image, root]);
  const folder = await hostInFolder({ root });
  try {
    return await use(folder);
  } finally {
    await folder[Symbol.asyncDispose]();
    await execa("umount", [root]);
  }
}

const change: Step = {
  do: "write",
  path,
  content: Buffer.from(after),
  expected: Buffer.from(before),
  created: { owner: "root", group: "root", mode: "644" },
  reason: "test",
  tellsLines: true,
};
const made = (folder: Folder) => apply(folder.host, [change], { log: () => {}, done: () => {}, journalled: true });

/** Images of all moments of `operation`, on a host where `earlier` has been done. */
async function momentsOf(
  operation: (folder: Folder) => Promise<unknown>,
  earlier: (folder: Folder) => Promise<unknown> = async () => {},
): Promise<string[]> {
  const image = join(work, "host");
  await execa("truncate", ["-s", "8M", image]);
  await execa("mkfs.ext4", ["-q", "-E", "lazy_itable_init=0,lazy_journal_init=0", image]);
  const moments = join(work, "moments");
  mkdirSync(moments);
  const copy = `n=$(ls '${moments}' | wc -l); /bin/cp --sparse=always '${image}' "${moments}/$(printf %04d "$n")"`;
  await on(image, async (folder) => {
    folder.write(path, before, 0o644);
    folder.running("postfix", "saslauthd");
    await earlier(folder);
    for (const name of changing) {
      const { stdout } = await execa("which", [name]);
      folder.program(name, `${copy}\n${stdout} "$@"; code=$?\n${copy}\nexit $code`);
    }
    await execa("sync", ["-f", folder.at("etc")]);
    await operation(folder);
    for (const name of changing) rmSync(folder.at(`bin/${name}`));
  });
  return readdirSync(moments).map((name) => join(moments, name));
}

/** What a failing run finds and does after the power came back. */
async function afterwards(image: string) {
  const copy = `${image}.again`;
  copyFileSync(image, copy);
  return await on(copy, async (folder) => {
    for (const name of changing) rmSync(folder.at(`bin/${name}`), { force: true });
    const found = folder.read(path);
    const story = await rollBack(folder.host).catch((error: Error) => `NOT DONE ${error.message}`);
    const daemons = [folder.runs("postfix"), folder.runs("saslauthd")];
    return { found, story, left: folder.read(path), daemons };
  });
}

describe("the power goes at each moment of", () => {
  test("a change: a run whose proof fails finds the old file or the new one, gives the old one back, and stops nothing", async () => {
    const moments = await momentsOf(made);

    expect(moments.length).toBeGreaterThan(20);
    const found = new Set<string | undefined>();
    for (const moment of moments) {
      const seen = await afterwards(moment);
      found.add(seen.found);
      expect(seen).toMatchObject({ left: before, daemons: [true, true] });
      expect(seen.story ?? "").not.toContain("NOT DONE");
    }
    expect([...found].sort()).toEqual([before, after]);
  });

  test("a commit: what was proved is never given back by half", async () => {
    for (const moment of await momentsOf((folder) => commit(folder.host), made)) {
      const seen = await afterwards(moment);

      expect(seen).toMatchObject({ found: after, daemons: [true, true] });
      expect(seen.story ?? "").not.toContain("NOT DONE");
      // before the rename the proof counts as not made, and all of it goes; after it all of it stays
      expect([before, after]).toContain(seen.left);
      expect(seen.left === after).toBe(seen.story === undefined);
    }
  });

  test("a roll-back: the next one ends it", async () => {
    for (const moment of await momentsOf((folder) => rollBack(folder.host), made)) {
      const seen = await afterwards(moment);

      expect([before, after]).toContain(seen.found);
      expect(seen).toMatchObject({ left: before, daemons: [true, true] });
      expect(seen.story ?? "").not.toContain("NOT DONE");
    }
  });
});
