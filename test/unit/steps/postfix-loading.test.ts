// A reload reaches the master that runs, whatever systemd knows of it.
import { rmSync } from "node:fs";
import { afterEach, beforeEach, expect, test } from "@jest/globals";
import { loadedPath } from "../../../providers/facts/postfix.ts";
import { reloadPostfix } from "../../../providers/steps/postfix.ts";
import { apply } from "../../../providers/transaction/apply.ts";
import { type Folder, hostInFolder } from "../../support/host-in-folder.ts";

let folder: Folder;
beforeEach(async () => {
  folder = await hostInFolder();
  folder.write("/etc/postfix/master.cf", "smtp inet n - y - - smtpd\n");
  folder.running("postfix");
});
afterEach(() => folder[Symbol.asyncDispose]());

const reload = () => apply(folder.host, [reloadPostfix("test")], { log: () => {}, done: () => {}, journalled: false });

test("a reload is Postfix's own: systemd drops one for a unit that is not active, and reports success", async () => {
  await reload();

  expect(folder.asked()).toContain("postfix reload");
  expect(folder.read(loadedPath)).toMatch(/^[0-9a-f]{64} /);
});

test("nothing is recorded as loaded where Postfix refuses the reload, though systemd would have accepted it", async () => {
  folder.program("postfix", "exit 1");

  await expect(reload()).rejects.toThrow(/postfix-not-started/);

  expect(folder.read(loadedPath)).toBeUndefined();
});

test("a Postfix whose master.cf is gone goes on with what it has loaded: a reload would end it", async () => {
  rmSync(folder.at("/etc/postfix/master.cf"));

  await expect(reload()).rejects.toThrow(/not reloaded: \/etc\/postfix\/master\.cf does not exist/);

  expect(folder.asked()).not.toContain("postfix reload");
});
