// What Postfix loads includes the certificates that its configuration names: a renewed one makes another digest, others do not.
import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeEach, expect, test } from "@jest/globals";
import { configurationDigest } from "../../../providers/facts/postfix.ts";
import { answer } from "../../support/fake-answers.ts";

const folder = mkdtempSync(join(tmpdir(), "digest-"));
afterAll(() => rmSync(folder, { recursive: true }));

const write = (name: string, text: string) => writeFileSync(join(folder, name), text);

/** The digest of a configuration in our own folder in the place of /etc/postfix. */
const digestOf = (question: { text: string }) =>
  spawnSync("/bin/sh", ["-c", question.text.replaceAll("/etc/postfix", folder)]).stdout.toString();

beforeEach(() => {
  for (const name of ["one", "two"]) write(name, "first");
});

test.each([
  ["in main.cf", `smtpd_tls_cert_file = ${folder}/one\n`, "", "one"],
  ["in main.cf, over several lines", `smtpd_tls_chain_files =\n  ${folder}/one,\n\t${folder}/two\nx = y\n`, "", "two"],
  ["in main.cf, with white space between", `smtpd_tls_chain_files = ${folder}/one ${folder}/two\n`, "", "two"],
  ["the key of the other kind", `smtpd_tls_eckey_file=${folder}/two`, "", "two"],
  [
    "in master.cf, two on a line",
    "",
    `smtps inet n - y - - smtpd -o smtpd_tls_cert_file=${folder}/one -o smtpd_tls_key_file=${folder}/two\n`,
    "one",
  ],
  [
    "in master.cf, the second of a list",
    "",
    `smtps inet n - y - - smtpd\n  -o smtpd_tls_chain_files=${folder}/one,${folder}/two\n`,
    "two",
  ],
  [
    "in master.cf, in braces",
    "",
    `smtps inet n - y - - smtpd\n  -o { smtpd_tls_chain_files = ${folder}/one, ${folder}/two }\n`,
    "two",
  ],
])("%s", (_where, main, master, renewed) => {
  write("main.cf", main);
  write("master.cf", master);
  const before = digestOf(configurationDigest.question);

  write(renewed, "second");

  const after = digestOf(configurationDigest.question);
  expect(configurationDigest.parse(answer(after))).toMatch(/^[0-9a-f]{64}$/);
  expect(after).not.toBe(before);
});

test.each([
  ["commented out", `#smtpd_tls_cert_file = ${folder}/one\n`],
  ["another kind of file", `smtpd_tls_CAfile = ${folder}/one\nalias_maps = hash:${folder}/one\n`],
])("no part of it: %s", (_what, main) => {
  write("main.cf", main);
  write("master.cf", "");
  const before = digestOf(configurationDigest.question);

  write("one", "second");

  expect(digestOf(configurationDigest.question)).toBe(before);
});
