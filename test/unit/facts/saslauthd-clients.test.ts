// Which clients on the host are set up to ask saslauthd, as the shell of a host reads its files.
import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test } from "@jest/globals";
import { saslauthdClients } from "../../../providers/facts/saslauthd-clients.ts";
import { answer } from "../../support/fake-answers.ts";

const folder = mkdtempSync(join(tmpdir(), "saslauthd-clients-"));
afterAll(() => rmSync(folder, { recursive: true }));

test.each([
  ["yes", "", true],
  ["Yes", "", true],
  ["no", "submission/inet/smtpd_sasl_auth_enable = YES", true],
  ["no", "submission/inet/smtpd_sasl_auth_enable = no", false],
])("a service of Postfix offers AUTH where main.cf says %s and master.cf %j: %s", (main, master, offers) => {
  const postconf = `case $1 in -h) echo '${main}' ;; -P) echo '${master}' ;; esac`;
  for (const [tool, script] of Object.entries({ postconf, getent: "exit 2" }))
    writeFileSync(join(folder, tool), `#!/bin/sh\n${script}\n`, { mode: 0o755 });
  const fact = saslauthdClients("/no/such/directory");
  const script = fact.question.text.replace(/ \/etc \S+ \S+ \|/, ` ${folder} |`);

  const clients = fact.parse(
    answer(execFileSync("sh", ["-c", script], { env: { PATH: `${folder}:${process.env.PATH}` } })),
  );

  expect(clients).toEqual({ members: [], files: [], postfix: offers });
});
