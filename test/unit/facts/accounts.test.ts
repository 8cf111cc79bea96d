// Accounts as the host tells them: parts with NUL between them, since a password's hash may hold anything else.
import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "@jest/globals";
import { localAccount } from "../../../providers/facts/local-account.ts";
import { sasldbAccount } from "../../../providers/facts/sasldb-account.ts";
import { answer } from "../../support/fake-answers.ts";

const local = localAccount("alice", "pass");
const entry = sasldbAccount("alice", undefined, "pass");
const joined = (...parts: string[]) => answer(parts.join("\0"));

test.each([
  ["nobody of that name", answer("absent"), null],
  ["one of a directory", answer("elsewhere"), "elsewhere"],
  [
    "one of the host, locked, with the password that was asked about",
    joined("local", "1004", "/bin/sh", "yes", "yes", "no", "no", "!$y$x", "20000", "", "yes", "yes"),
    {
      uid: 1004,
      shell: "/bin/sh",
      loginOnly: true,
      homeless: true,
      locked: true,
      matches: true,
      expired: false,
      stale: false,
      shadow: { hash: "!$y$x", changed: "20000", expires: "" },
    },
  ],
  [
    "one of the host whose days are over",
    joined("local", "1004", "", "no", "no", "yes", "yes", "*", "0", "1", "no", "yes"),
    {
      uid: 1004,
      shell: "",
      loginOnly: false,
      homeless: true,
      locked: false,
      matches: false,
      expired: true,
      stale: true,
      shadow: { hash: "*", changed: "0", expires: "1" },
    },
  ],
])("a user: %s", (_what, given, account) => {
  expect(local.parse(given)).toEqual(account);
});

/** The account as the question reads it from a host's files with these days, counted from today. */
function accountWithDays(changed: number | "" | "0", most: number | "", expires: number | "") {
  const folder = mkdtempSync(join(tmpdir(), "accounts-"));
  const today = Math.floor(Date.now() / 86_400_000);
  const day = (days: number | string) => (typeof days === "number" ? String(today + days) : days);
  try {
    writeFileSync(join(folder, "passwd"), "alice:x:1004:1004::/nonexistent:/bin/sh\n");
    writeFileSync(join(folder, "shadow"), `alice:*:${day(changed)}:0:${most}:7::${day(expires)}:\n`);
    const script = local.question.text.replaceAll("/etc/", `${folder}/`);
    return local.parse(answer(execFileSync("sh", ["-c", script])));
  } finally {
    rmSync(folder, { recursive: true });
  }
}

test.each([
  ["the day before its last is over", "", "", 1, { expired: false, stale: false }],
  ["the day of expiry", "", "", 0, { expired: true, stale: false }],
  ["the day after it", "", "", -1, { expired: true, stale: false }],
  ["a password one day short of its maximum age", -89, 90, "", { expired: false, stale: false }],
  ["a password of its maximum age", -90, 90, "", { expired: false, stale: true }],
  ["a password that was changed in the future", 1, 0, "", { expired: false, stale: false }],
  ["a password without a day of its last change", "", 0, "", { expired: false, stale: false }],
  ["a password that must be changed", "0", "", "", { expired: false, stale: true }],
] as const)("as pam_unix decides: %s", (_what, changed, most, expires, decided) => {
  const account = accountWithDays(changed, most, expires);

  expect(account).toMatchObject({ ...decided, loginOnly: false, homeless: true });
});

test.each([
  [
    "no entry, in the realm of the host's name",
    joined("host1", "no", "no"),
    { realm: "host1", present: false, matches: false },
  ],
  [
    "an entry",
    joined("host1", "yes", "yes", "70617373"),
    { realm: "host1", present: true, matches: true, secret: "70617373" },
  ],
  [
    "an entry with an empty password",
    joined("host1", "yes", "no", ""),
    { realm: "host1", present: true, matches: false, secret: "" },
  ],
])("sasldb: %s", (_what, given, account) => {
  expect(entry.parse(given)).toEqual(account);
});

test("the question goes to the realm that was asked, else to that of a login without one, and the password is in no argument", () => {
  expect(entry.question.text).toMatch(
    /^printf %s 'pass' \| perl -e '[^']*' 'alice' "\$\(realm=\$\(postconf -xh smtpd_sasl_local_domain .*uname -n\)\}"\)"$/,
  );
  expect(sasldbAccount("alice", "a.org", "pass").question.text).toMatch(/' 'alice' 'a.org'$/);
  expect(local.question.text).toMatch(/^printf %s 'pass' \| perl -e '[^']*' 'alice'\n/);
});
