// The way back of a folder that was made for a file of ours, through the scripts that a real host runs.
import { existsSync, rmSync } from "node:fs";
import { afterEach, beforeEach, expect, test } from "@jest/globals";
import { makeFolder } from "../../../providers/steps/certificate.ts";
import { apply } from "../../../providers/transaction/apply.ts";
import { rollBack } from "../../../providers/transaction/rollback.ts";
import { type Folder, hostInFolder } from "../../support/host-in-folder.ts";

let folder: Folder;
beforeEach(async () => {
  folder = await hostInFolder();
  folder.program("install", 'for last; do :; done; exec /bin/mkdir -p -- "$last"');
  await apply(folder.host, [makeFolder], { log: () => {}, done: () => {}, journalled: true });
});
afterEach(() => folder[Symbol.asyncDispose]());

const tls = "/etc/postfix/tls";

test("an empty one goes", async () => {
  await rollBack(folder.host);

  expect(existsSync(folder.at(tls))).toBe(false);
});

test("one that holds something of others stays, and that is no failure", async () => {
  folder.write(`${tls}/mine`, "theirs");

  expect(await rollBack(folder.host)).toContain("everything is put back as it was before:");
  expect(folder.read(`${tls}/mine`)).toBe("theirs");
});

test("on a read-only file system the roll-back fails, and the next one takes the folder away", async () => {
  const readOnly = (name: string) => `echo '${name}: Read-only file system' >&2; exit 1`;
  folder.write(`${tls}/smtpd.pem`, "ours, which could not be removed either");
  folder.program("mktemp", readOnly("mktemp"));
  folder.program("rmdir", `case $* in *ignore-fail*) ;; */tls) ${readOnly("rmdir")} ;; esac; exec /bin/rmdir "$@"`);

  const failed = await rollBack(folder.host).catch((error: Error) => error.message);
  folder.program("mktemp", 'exec /bin/mktemp "$@"');
  folder.program("rmdir", 'exec /bin/rmdir "$@"');

  rmSync(folder.at(`${tls}/smtpd.pem`));
  const story = await rollBack(folder.host);

  expect(failed).toMatch(/NOT put back: make \/etc\/postfix\/tls: .*Read-only file system/);
  expect(story).toContain("undone: make /etc/postfix/tls");
  expect(existsSync(folder.at(tls))).toBe(false);
});
