// Accounts as the host tells them: parts with NUL between them, since a password's hash may hold anything else.
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
    joined("local", "1004", "/bin/sh", "yes", "yes", "no", "no", "!$y$x", "20000", "", "yes"),
    {
      uid: 1004,
      shell: "/bin/sh",
      loginOnly: true,
      locked: true,
      matches: true,
      expired: false,
      stale: false,
      shadow: { hash: "!$y$x", changed: "20000", expires: "" },
    },
  ],
  [
    "one of the host whose days are over",
    joined("local", "1004", "", "no", "no", "yes", "yes", "*", "0", "1", "no"),
    {
      uid: 1004,
      shell: "",
      loginOnly: false,
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
