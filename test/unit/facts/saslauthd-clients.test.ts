// Which clients on the host are set up to ask saslauthd, as the shell of a host reads its files.
import { execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
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

describe("a daemon that serves our directory saves the look for clients", () => {
  const ours = join(folder, "mux's directory");
  const socket = createServer();

  beforeAll(async () => {
    mkdirSync(ours);
    await once(socket.listen(join(ours, "mux")), "listening");
  });
  afterAll(() => {
    socket.close();
  });

  test.each([
    ["yes: it runs", ["-a", "pam", "-m", ours], true],
    ["yes: the directory is written without a space, and with a slash", ["-a", "pam", `-m${ours}/`], true],
    ["no: the process of the number serves another directory", ["-a", "pam", "-m", `/srv${ours}`], false],
  ])("%s", async (_what, options, served) => {
    const child = spawn(process.execPath, ["-e", "setInterval(() => {}, 1000)", "--", ...options], { stdio: "ignore" });
    await once(child, "spawn");
    writeFileSync(join(ours, "saslauthd.pid"), `${child.pid}\n`);

    const looks = looksForClients(process.execPath);
    child.kill();

    expect(looks).toBe(!served);
  });

  test("no: the number belongs to another program by now", () => {
    writeFileSync(join(ours, "saslauthd.pid"), `${process.pid}\n`);

    expect(looksForClients("/usr/sbin/saslauthd")).toBe(true);
  });

  /** Whether the host's groups are asked for, where saslauthd is this executable. */
  function looksForClients(executable: string): boolean {
    for (const [tool, script] of Object.entries({ postconf: "exit 1", getent: "echo sasl:x:45:cyrus" }))
      writeFileSync(join(folder, tool), `#!/bin/sh\n${script}\n`, { mode: 0o755 });
    const fact = saslauthdClients(ours);
    const script = fact.question.text
      .replace(/ \/etc \S+ \S+ \|/, ` ${folder} |`)
      .replace("/usr/sbin/saslauthd", executable);
    const { members } = fact.parse(
      answer(execFileSync("sh", ["-c", script], { env: { PATH: `${folder}:${process.env.PATH}` } })),
    );
    return members.includes("cyrus");
  }
});
