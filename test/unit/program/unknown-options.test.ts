// A misspelt parameter in the options is told by the preview already; what may be a parameter of the user's own is not.
import { readFileSync } from "node:fs";
import { expect, test } from "@jest/globals";
import { smtpdParameters } from "../../../configuration/smtpd-parameters.ts";
import { optionWarnings } from "../../../configuration/unknown-options.ts";

test.each([
  ["transposed letters", { smtpd_tls_secuirty_level: "may" }, ["smtpd_tls_security_level"]],
  ["a letter too much", { smtpd_sender_restrictionss: "" }, ["smtpd_sender_restrictions"]],
  ["parameters of smtpd", { smtpd_tls_security_level: "may", syslog_name: "mail", content_filter: "" }, []],
  ["the user's own", { mua_senders: "reject", smtpd_sender_restrictions: "$mua_senders" }, []],
  [
    "the user's own, with a name like another",
    { smtps_helo_required: "yes", smtpd_helo_required: "$smtps_helo_required" },
    [],
  ],
  ["a name like no other", { my_company_filter: "x" }, []],
])("%s", (_what, options, meant) => {
  const hosts = ["mail1", "mail2"].map((name) => ({ name, options: options as unknown as Record<string, string> }));

  expect(optionWarnings(hosts)).toEqual(
    meant.map((name) => expect.stringMatching(new RegExp(`\\(host mail1\\): .*did you mean ${name}\\?`))),
  );
});

test("the names are those that real hosts have", () => {
  const recorded = readFileSync(new URL("../fixtures/smtpd-parameters.txt", import.meta.url), "utf8");

  expect(smtpdParameters).toEqual(
    recorded
      .trim()
      .split("\n")
      .map((line) => line.split(" ")[0]),
  );
});
