// Who owns an address, as the table in smtpd_sender_login_maps says it.
import { expect, test } from "@jest/globals";
import { masterServiceSchema } from "../../../providers/resources/postfix/master-inputs.ts";
import { unsafeOnAnyHost } from "../../../providers/resources/postfix/master-unsafe-settings.ts";
import { senderOptions } from "../../../providers/resources/postfix/sender-options.ts";

const options = senderOptions(["example.org", "mail.example.net"]);

/** The logins that own an address, by the rule as Postfix sees it: `$$` is `$` there. */
function ownersOf(address: string): string[] {
  const [, pattern = "", result = ""] =
    /^regexp:\{\{\/(.*)\/ (.*)\}\}$/.exec((options.smtpd_sender_login_maps ?? "").replaceAll("$$", "$")) ?? [];
  const found = new RegExp(pattern, "i").exec(address);
  return found === null
    ? []
    : result.split(",").map((owner) => owner.replace(/\$(\d)/g, (_, n) => found[Number(n)] ?? ""));
}

test.each([
  ["alice@example.org", ["alice", "alice@example.org"]],
  ["alice+list@example.org", ["alice", "alice@example.org"]],
  ["bob@mail.example.net", ["bob", "bob@mail.example.net"]],
  ["a.b-c_d@example.org", ["a.b-c_d", "a.b-c_d@example.org"]],
  ["alice@example.com", []],
  ["alice@sub.example.org", []],
  ["alice@exampleXorg", []],
  ["alice@example.org.evil.example", []],
  ["alice@evil@example.org", []],
  ["@example.org", []],
  ["+x@example.org", []],
])("%s belongs to %j", (address, owners) => {
  expect(ownersOf(address)).toEqual(owners);
});

test("the options are those that a service takes, and without domains there are none", () => {
  expect(masterServiceSchema.shape.options.parse(options)).toEqual(options);
  expect(unsafeOnAnyHost(options)).toEqual([]);
  expect(senderOptions([])).toEqual({});
});
