// Services with AUTH that others have set up in Postfix since: their logins end with this program's parts.
import { describe, expect, test } from "@jest/globals";
import { resourceRecordPath, resourceRecords } from "../../../providers/facts/resource-record.ts";
import { loginsInClear, loginsOffered, loginsOfOthers } from "../../../providers/resources/postfix/logins-of-others.ts";
import { answer, file } from "../../support/fake-answers.ts";

const smtp = "smtp inet n - y - - smtpd\n";
const entry = (service: string, ...options: string[]) =>
  `${service} inet n - y - - smtpd\n${options.map((option) => `  -o ${option}\n`).join("")}`;
const auth = "smtpd_sasl_auth_enable=yes";

/** A host with these records: kind, ID and stack of each resource. */
const host = (content: string, inMain = {}, records: readonly (readonly [string, string, string])[] = []) => ({
  master: file(smtp + content),
  names: { odette: "2525" },
  inMain,
  resourceRecords: new Map(
    records.map(([kind, id, owner]) => [
      resourceRecordPath(kind, id),
      { record: { owner, before: null }, content: Buffer.alloc(0) },
    ]),
  ),
});
const ours = [
  ["PostfixService", "postfix", "mail/dev"],
  ["MasterService", "submission/inet", "mail/dev"],
] as const;

describe("logins of others", () => {
  test.each([
    ["none", host(""), [], []],
    ["an entry", host(entry("2525", auth)), [], ["/etc/postfix/master.cf, line 2: 2525 inet"]],
    ["an entry by a name of /etc/services", host(entry("odette", auth)), ["2525"], []],
    ["an entry that was there before", host(entry("2525", auth)), ["2525"], []],
    ["an entry that asks Dovecot", host(entry("2525", auth, "smtpd_sasl_type=dovecot")), [], []],
    ["main.cf", host("", { smtpd_sasl_auth_enable: "yes" }), [], ["main.cf sets smtpd_sasl_auth_enable = yes"]],
    ["main.cf as it was before", host(entry("2525"), { smtpd_sasl_auth_enable: "yes" }), ["main.cf"], []],
    ["our own", host(entry("submission", auth), {}, ours), [], []],
    ["our own, taken over under another name", host(entry("587", auth), {}, ours), [], []],
    [
      "another stack's",
      host(entry("smtps", auth), {}, [...ours, ["MasterService", "smtps/inet", "other/dev"]]),
      [],
      ["/etc/postfix/master.cf, line 2: smtps inet"],
    ],
  ])("%s", (_what, actual, known, places) => {
    expect(loginsOfOthers(actual, known)).toEqual(places);
  });

  test.each([["PostfixService", "postfix"] as const, ["MasterService", "submission/inet"] as const])(
    "are not guessed beside a damaged record of %s %s",
    (kind, id) => {
      const damaged = resourceRecords.parse(answer(`${resourceRecordPath(kind, id)} \n`));
      const actual = host(entry("submission", auth), {}, ours);

      const others = () =>
        loginsOfOthers({ ...actual, resourceRecords: new Map([...actual.resourceRecords, ...damaged]) }, []);

      expect(others).toThrow(`read ${resourceRecordPath(kind, id)}`);
      expect(others).toThrow("code: record-damaged");
    },
  );

  test.each([
    ["AUTH alone", entry("2525", auth), {}, ["2525 inet (/etc/postfix/master.cf, line 2)"]],
    ["main.cf's AUTH", "", { smtpd_sasl_auth_enable: "yes" }, ["smtp inet (/etc/postfix/master.cf, line 1)"]],
    ["AUTH behind STARTTLS", entry("2525", auth, "smtpd_tls_auth_only=yes"), {}, []],
    ["AUTH behind STARTTLS, says main.cf", entry("2525", auth), { smtpd_tls_auth_only: "yes" }, []],
    ["a port that speaks TLS", entry("2525", auth, "smtpd_tls_wrappermode=yes"), {}, []],
    ["TLS or nothing", entry("2525", auth, "smtpd_tls_security_level=encrypt"), {}, []],
    ["a level above it", entry("2525", auth, "smtpd_tls_security_level=Verify"), {}, []],
    ["TLS demanded in the old way", entry("2525", auth, "smtpd_enforce_tls=yes"), { smtpd_tls_security_level: "" }, []],
    [
      "TLS demanded in the old way, and a level that overrides it",
      entry("2525", auth, "smtpd_enforce_tls=yes"),
      { smtpd_tls_security_level: "may" },
      ["2525 inet (/etc/postfix/master.cf, line 2)"],
    ],
    ["the host itself alone", entry("[::1]:2525", auth) + entry("127.0.0.1:2526", auth), {}, []],
  ])("in clear text are warned of: %s", (_what, content, inMain, services) => {
    const warnings = loginsInClear(host(content, inMain));

    expect(warnings).toEqual(
      services.map((service) => expect.stringContaining(`${service} takes passwords without TLS`)),
    );
  });

  test("are known by port where an entry has AUTH itself, and as main.cf's where it does not", () => {
    const actual = host(entry("smtps", auth) + entry("465", auth), { smtpd_sasl_auth_enable: "yes" });

    expect(loginsOffered(actual)).toEqual(["465", "main.cf"]);
  });

  test("are none where Postfix is gone", () => {
    expect(loginsOffered({ ...host(""), master: null })).toEqual([]);
  });
});

describe("logins that stay when this program goes are", () => {
  const made = (before: object, type = "inet") => ({
    ...host(type === "inet" ? entry("submission", auth) : `submission ${type} n - y - - smtpd -o ${auth}\n`),
    resourceRecords: new Map([
      [
        resourceRecordPath("MasterService", `submission/${type}`),
        { record: { owner: "mail/dev", before }, content: Buffer.alloc(0) },
      ],
    ]),
  });

  test.each([
    ["those of an entry that was taken over", made({ text: "submission inet n - n - - smtpd\n" }), ["587"]],
    ["those of a rival that was commented out", made({ text: null, rivals: ["587 inet n - n - - smtpd\n"] }), ["587"]],
    ["not those of an entry that was made", made({ text: null, rivals: [] }), []],
    ["not those of a record that says nothing of it", made({}), []],
    ["those of a socket, by its whole name", made({ text: "x" }, "unix"), ["submission/unix"]],
  ])("%s", (_what, actual, keys) => {
    expect(loginsOffered(actual)).toEqual(keys);
  });
});

test("a damaged record keeps nobody from the warning about passwords in clear text", () => {
  const path = resourceRecordPath("MasterService", "2525/inet");
  const damaged = resourceRecords.parse(answer(`${path} \n`));

  expect(loginsInClear({ ...host(entry("2525", auth)), resourceRecords: damaged })).toEqual([
    expect.stringContaining("2525 inet (/etc/postfix/master.cf, line 2) takes passwords without TLS"),
  ]);
});
