// A Postfix that is there already and could not serve logins is refused by the first resource of a host, before anything is changed.
import { describe, expect, test } from "@jest/globals";
import { Failure } from "../../../providers/core/failure.ts";
import { isDisabled } from "../../../providers/facts/disabled-service.ts";
import { saslPackage } from "../../../providers/resources/packages/sasl-package.ts";
import {
  type PostfixFound,
  postfixQuestions,
  refuseUnfitPostfix,
} from "../../../providers/resources/postfix/fit-postfix.ts";
import { masterService } from "../../../providers/resources/postfix/master-service.ts";
import { file } from "../../support/fake-answers.ts";

const { schema, observe } = saslPackage;
const desired = {
  services: ["smtps", "submission"],
  options: {},
  tls: true,
  outside: "expected" as const,
  address: "",
};
const master = file("smtp inet n - y - - smtpd\n", "/etc/postfix/master.cf");
const policyOf = (mynetworks: string) => ({
  values: { mynetworks, smtpd_relay_restrictions: "permit_mynetworks defer_unauth_destination" },
  tables: [],
  failedLookups: [],
  files: [],
});
const found = (inMain: Record<string, string>, more: Partial<PostfixFound> = {}): PostfixFound => ({
  master,
  ports: {},
  inMain,
  unknown: [],
  policy: policyOf("127.0.0.0/8"),
  ...more,
});

function refusal(look: () => void): Failure["parts"] {
  try {
    look();
  } catch (error) {
    if (error instanceof Failure) return error.parts;
    throw error;
  }
  throw new Error("it was not refused");
}

describe("refused, with the setting and both ways on:", () => {
  test.each<[string, Record<string, string>, object, RegExp, RegExp]>([
    [
      "a list that turns the ports off",
      { master_service_disable: "inet" },
      {},
      /master_service_disable = inet, which turns smtps\/inet off.*turns submission\/inet off/,
      /postconf -e 'master_service_disable = !smtps\/inet, inet'/,
    ],
    [
      "one that turns a single port off",
      { master_service_disable: "submission/inet" },
      {},
      /turns submission\/inet off/,
      /!submission\/inet, submission\/inet/,
    ],
    [
      "a Postfix for the host itself alone",
      { inet_interfaces: "loopback-only" },
      {},
      /inet_interfaces = loopback-only: nobody outside could connect to smtps and submission/,
      /outside: not wanted.*postconf -e inet_interfaces=all.*opens port 25.*strangers is refused there \(defer_unauth/,
    ],
    ["the same by names and addresses", { inet_interfaces: "localhost, 127.0.0.1 [::1]" }, {}, /nobody outside/, /all/],
    [
      "another family of addresses than the host is reached by",
      { inet_protocols: "ipv6" },
      { address: "192.0.2.7" },
      /inet_protocols = ipv6: no client could connect to 192\.0\.2\.7, which is IPv4/,
      /postconf -e inet_protocols=all/,
    ],
    ["the same the other way round", { inet_protocols: "ipv4" }, { address: "2001:db8::7" }, /which is IPv6/, /IPv6/],
    [
      "a command that ends the session",
      { smtpd_forbidden_commands: "CONNECT AUTH" },
      {},
      /smtpd_forbidden_commands = CONNECT AUTH.*hangs up at AUTH/,
      /options: \{smtpd_forbidden_commands:/,
    ],
    ["words that hide AUTH", { smtpd_discard_ehlo_keywords: "auth" }, {}, /EHLO would not offer AUTH/, /options:/],
    [
      "TLS demanded of ports without",
      { smtpd_tls_security_level: "encrypt" },
      { tls: false },
      /this port is asked for without TLS/,
      /"may"/,
    ],
  ])("%s", (_what, inMain, more, says, next) => {
    const parts = refusal(() => refuseUnfitPostfix({ ...desired, ...more }, found(inMain)));

    expect(parts).toMatchObject({
      found: expect.stringMatching(says),
      left: ["nothing was changed"],
      next: expect.stringMatching(next),
    });
  });

  test.each([
    ["is an open relay inside: that is closed first", "0.0.0.0/0", /close port 25 first.*OPEN RELAY.*After that let/],
    ["may be one: that is looked at first", "/etc/postfix/nets", /see first that nobody else can send.*After that let/],
  ])("a Postfix for the host itself alone whose port 25 %s", (_what, mynetworks, next) => {
    const inside = found({ inet_interfaces: "loopback-only" }, { policy: policyOf(mynetworks) });

    expect(refusal(() => refuseUnfitPostfix(desired, inside)).next).toMatch(next);
  });

  test.each<[string, Partial<PostfixFound>, RegExp]>([
    [
      "could not be read",
      { policy: null },
      /^where .*see first that nobody else can send through port 25.*After that let/,
    ],
    ["has no master.cf yet", { master: null }, /Else let Postfix listen: `postconf -e inet_interfaces=all`[^.]*$/],
    ["has no port 25", { master: file("pickup unix n - y 60 1 pickup\n") }, /Else let Postfix listen: [^.]*$/],
  ])("a Postfix for the host itself alone that %s", (_what, more, next) => {
    const inside = found({ inet_interfaces: "loopback-only" }, more);

    expect(refusal(() => refuseUnfitPostfix(desired, inside)).next).toMatch(next);
  });

  test("an option that this Postfix does not know", () => {
    const options = { smtpd_tls_secuirty_level: "may" };

    const parts = refusal(() =>
      refuseUnfitPostfix({ ...desired, options }, found({}, { unknown: ["smtpd_tls_secuirty_level"] })),
    );

    expect(parts.found).toContain("no parameter smtpd_tls_secuirty_level");
  });
});

describe("accepted:", () => {
  test.each<[string, Record<string, string>, object, Partial<PostfixFound>]>([
    ["a Postfix as Debian sets it up", { inet_interfaces: "all", inet_protocols: "all" }, { address: "192.0.2.7" }, {}],
    ["none at all", {}, {}, { master: null }],
    [
      "one for the host itself, where nobody outside is wanted",
      { inet_interfaces: "loopback-only" },
      { outside: "not wanted" },
      {},
    ],
    ["one for the host itself, where that is only told", { inet_interfaces: "loopback-only" }, { outside: "told" }, {}],
    ["one whose list leaves the ports on", { master_service_disable: "!smtps/inet !submission/inet inet" }, {}, {}],
    [
      "a list with another name of the port, which the entry does not have",
      { master_service_disable: "submissions/inet" },
      {},
      {},
    ],
    ["IPv4 alone, where the host is known by name", { inet_protocols: "ipv4" }, { address: "mail.example.org" }, {}],
    [
      "what the options of the stack say otherwise",
      { smtpd_forbidden_commands: "AUTH" },
      { options: { smtpd_forbidden_commands: "GET" } },
      {},
    ],
    [
      "a parameter of the user's own",
      {},
      { options: { mua: "x", smtpd_helo_restrictions: "$mua" } },
      { unknown: ["mua"] },
    ],
  ])("%s", (_what, inMain, more, others) => {
    expect(() => refuseUnfitPostfix({ ...desired, ...more }, found(inMain, others))).not.toThrow();
  });
});

describe("the packages of a mail host", () => {
  const inputs = schema.parse({ postfix: desired });
  const packages = {
    ...{ installed: {}, record: null, kept: [], release: "" },
    ...{ queueDirectory: "/var/spool/postfix", unfinished: [], dropIn: null },
  };
  const unfit = { ...packages, ...found({ master_service_disable: "inet" }) };

  test("look for it before the first change", () => {
    expect(refusal(() => observe(inputs, unfit, undefined)).found).toContain("master_service_disable");
  });

  test("and for a Postfix whose master.cf is gone", () => {
    const gone = { ...packages, ...found({}), installed: { postfix: "3.10" }, master: null };

    expect(refusal(() => observe(inputs, gone, undefined)).code).toBe("master-cf-missing");
    expect(observe(inputs, { ...gone, installed: {} }, undefined)).toMatchObject({ postfix: desired });
  });

  test("and not again later: then each resource checks its own part", () => {
    expect(observe(inputs, unfit, {})).toMatchObject({ postfix: desired });
  });
});

test("the service of master.cf refuses it too, and waits for no port", () => {
  const none = {
    unknownOfUsual: [],
    unknownOfOthers: [],
    missingUsual: [],
    missingOthers: [],
    certificate: null,
    key: null,
  };
  const actual = {
    ...none,
    saslTypes: ["cyrus"],
    file: master,
    ports: {},
    inMain: {},
    risky: { master_service_disable: "smtps/inet" },
    mailVersion: null,
  };

  const parts = refusal(() => masterService.apply(masterService.schema.parse({}), actual));

  expect(parts.found).toContain("turns smtps/inet off");
});

test.each([
  ["inet", true],
  ["smtps/inet", true],
  ["smtps.inet", true],
  ["unix, fifo smtps/inet", true],
  ["!smtps/inet, inet", false],
  ["inet, !smtps/inet", true],
  ["smtp/inet submission/inet", false],
  ["smtps/unix", false],
  ["", false],
])("master_service_disable = %j turns smtps/inet off: %s", (list, off) => {
  expect(isDisabled(list, { service: "smtps", type: "inet" })).toBe(off);
});

test("whose mail a Postfix passes on that cannot read its files is not known, and the look goes on", () => {
  const { policy } = postfixQuestions(desired);

  expect(policy.parse({ code: 1, stdout: Buffer.alloc(0), stderr: "postconf: fatal: bad field count" })).toBeNull();
  const refused = refusal(() =>
    refuseUnfitPostfix(desired, found({ inet_interfaces: "loopback-only" }, { policy: null })),
  );
  expect(refused.next).toMatch(/see first that nobody else can send through port 25.*could not be read/);
});
