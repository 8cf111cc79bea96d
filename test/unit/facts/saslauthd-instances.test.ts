// Which instance files the sysv script would take, and which unit a daemon belongs to.
import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "@jest/globals";
import { saslauthdInstances, saslauthdProcessUnits } from "../../../providers/facts/saslauthd-instances.ts";
import { answer } from "../../support/fake-answers.ts";

test("an instance is a file with a name that the sysv script takes, and no second name of the default file", () => {
  const folder = mkdtempSync(join(tmpdir(), "instances-"));
  const at = (name: string) => join(folder, name);
  writeFileSync(at("saslauthd"), "START=no\n");
  writeFileSync(at("saslauthd-cyrus"), "");
  writeFileSync(at("saslauthd-postfix"), "START=yes\n# gr\xfc\xdfe", "latin1");
  writeFileSync(at("saslauthd-postfix.bak"), "START=yes\n");
  writeFileSync(at("saslauthd-postfix~"), "START=yes\n");
  symlinkSync("saslauthd", at("saslauthd-same"));
  symlinkSync("saslauthd-postfix", at("saslauthd_link"));

  const { stdout, status } = spawnSync("/bin/sh", [
    "-c",
    saslauthdInstances.question.text.replaceAll("/etc/default", folder),
  ]);

  const postfix = { realPath: at("saslauthd-postfix"), content: Buffer.from("START=yes\n# gr\xfc\xdfe", "latin1") };
  expect(saslauthdInstances.parse(answer(stdout, status ?? 1))).toEqual([
    { path: at("saslauthd-cyrus"), realPath: at("saslauthd-cyrus"), content: Buffer.alloc(0) },
    { path: at("saslauthd-postfix"), ...postfix },
    { path: at("saslauthd_link"), ...postfix },
  ]);
  rmSync(folder, { recursive: true });
});

test("no instance, and no daemon, are answers", () => {
  expect(saslauthdInstances.parse(answer(""))).toEqual([]);
  expect(saslauthdProcessUnits.parse(answer("\n"))).toEqual([]);
});

test("a unit is a daemon's own only where the daemon is its main process", () => {
  const rows = [
    "    682 -",
    "    776 saslauthd.service",
    "    777 saslauthd.service",
    "    800 saslauthd-postfix.service",
    "    900 salt-minion.service",
    "unit salt-minion.service 400 enabled",
    "unit saslauthd-postfix.service 800 enabled",
    "unit saslauthd.service 0 disabled",
  ];

  expect(saslauthdProcessUnits.parse(answer(`${rows.join("\n")}\n`))).toEqual([
    { pid: 682, unit: "-", main: false, enabled: false },
    { pid: 776, unit: "saslauthd.service", main: false, enabled: false },
    { pid: 777, unit: "saslauthd.service", main: false, enabled: false },
    { pid: 800, unit: "saslauthd-postfix.service", main: true, enabled: true },
    { pid: 900, unit: "salt-minion.service", main: false, enabled: true },
  ]);
});
