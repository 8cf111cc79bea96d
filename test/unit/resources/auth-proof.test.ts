// The proof: due when anything it covers changed, a stopped Postfix runs only for it, no remembered login stands in for a real one.
import { describe, expect, test } from "@jest/globals";
import { smtpdConf } from "../../../providers/resources/postfix/smtpd-conf.ts";
import { authProof } from "../../../providers/resources/proof/auth-proof.ts";
import { proofDigest } from "../../../providers/resources/proof/proof-digest.ts";
import { file } from "../../support/fake-answers.ts";
import { summary } from "../../support/fake-plan.ts";

const { schema, observe, apply, remember, remove, report } = authProof;
const inputs = schema.parse({ username: "mail", password: "pass", socketDirectory: "/s" });
const listener = (port: number) => ({ address: "0.0.0.0", port, program: "master" });
const daemon = (...argv: string[]) => [{ pid: 1, parent: 0, argv: ["/usr/sbin/saslauthd", ...argv] }];
const enabled = { load: "loaded", active: "active", enabled: "enabled" };
const actual = {
  processes: [{ pid: 1, parent: 0, argv: ["master"] }],
  listeners: [listener(25), listener(465)],
  names: {},
  saslauthd: daemon("-a", "pam", "-m", "/s"),
  configuration: "d1",
  saslauthdFiles: "f1",
  saslauthdDefaults: file('OPTIONS="-m /s"\n', "/etc/default/saslauthd"),
  installed: { postfix: "3.7.11" },
  overrides: { "/s": { owner: "root", group: "sasl", mode: "710" } },
  postfixUnit: enabled,
  saslauthdUnit: enabled,
  owners: [{ pid: 1, unit: "saslauthd.service", enabled: true, main: true }],
  journal: false,
  inMain: {},
  now: new Date("2026-06-01T00:00:00Z"),
  master: file("smtp inet n - y - - smtpd\n", "/etc/postfix/master.cf"),
  policy: {
    values: { mynetworks: "127.0.0.0/8", smtpd_relay_restrictions: "permit_mynetworks defer_unauth_destination" },
    tables: [],
    failedLookups: [],
    files: [],
  },
};
const open = { ...actual.policy, values: { ...actual.policy.values, mynetworks: "0.0.0.0/0" } };
const recorded = { covered: proofDigest(actual), provedAt: "2026-01-01T00:00:00Z" };

describe("the proof is due", () => {
  test.each([
    ["no: nothing changed", actual, recorded, {}],
    ["yes: never made", actual, undefined, { covers: { onTheHost: "changed since the proof of never" } }],
    [
      "yes: the host changed",
      { ...actual, configuration: "d2" },
      recorded,
      { covers: { onTheHost: "changed since the proof of 2026-01-01T00:00:00Z" } },
    ],
    [
      "yes: changes on the host wait for it, of this operation or of one that was killed",
      { ...actual, journal: true },
      recorded,
      { covers: { onTheHost: "changes that are not proved yet" } },
    ],
    [
      "yes: a port is silent",
      { ...actual, listeners: [listener(465)] },
      recorded,
      { listening: ["25: nobody listens"] },
    ],
    [
      "yes: port 25 has become an open relay",
      { ...actual, policy: open },
      recorded,
      { covers: { onTheHost: expect.stringMatching(/^port 25 is an open relay: mynetworks has 0\.0\.0\.0\/0/) } },
    ],
    ["no: Postfix is stopped, so no port can be silent", { ...actual, processes: [], listeners: [] }, recorded, {}],
  ])("%s", (_what, found, record, shown) => {
    expect(observe(inputs, found, record)).toEqual({ ...inputs, ...shown });
  });
});

test("an open relay on port 25 is refused before the login, and is none of our business where port 25 is not", () => {
  expect(() => apply(inputs, { ...actual, policy: open })).toThrow(/OPEN RELAY/);
  expect(() => apply({ ...inputs, listening: [] }, { ...actual, policy: open })).not.toThrow();
});

test("port 25 that main.cf turns off is no open relay, whatever its networks are", () => {
  const off = { ...actual, policy: open, inMain: { master_service_disable: "smtp/inet" } };

  expect(() => apply(inputs, off)).not.toThrow();
});

test.each(["yes", "YES"])("AUTH on port 25 by smtpd_sasl_auth_enable = %s is laid to main.cf", (value) => {
  const [, step] = apply({ ...inputs, noAuth: [25] }, { ...actual, inMain: { smtpd_sasl_auth_enable: value } });

  expect(JSON.stringify(step)).toContain(`main.cf has smtpd_sasl_auth_enable = ${value}, which`);
});

describe("the login", () => {
  const login = ["wait for Postfix to listen on 25 and 465", "prove port 465"];

  test("is made on a Postfix that runs", () => {
    expect(summary(apply(inputs, actual))).toEqual(login);
  });

  test("starts a Postfix that is stopped, and stops it again whatever happens", () => {
    expect(summary(apply(inputs, { ...actual, processes: [] }))).toEqual([
      "temporarily: start Postfix for the proof only: it is stopped and stays so",
      "> run: postfix check: before the configuration is loaded",
      "> run: start Postfix: to log in once",
      ...login.map((line) => `> ${line}`),
      "< run: stop Postfix again: the proof is done",
    ]);
  });

  test("comes after a restart of a saslauthd that remembers logins", () => {
    expect(summary(apply(inputs, { ...actual, saslauthd: daemon("-c", "-m", "/s") }))).toEqual([
      "run: restart saslauthd: a remembered login must not stand in for a real one",
      "wait for saslauthd to open /s/mux",
      ...login,
    ]);
  });

  test.each([
    ["of another unit", daemon("-c", "-m", "/s"), [{ pid: 1, unit: "other.service", enabled: true, main: true }]],
    ["that nobody looks after", daemon("-c", "-m", "/s"), [{ pid: 1, unit: "-", enabled: false, main: false }]],
  ])(
    "warns of a saslauthd %s that remembers logins, and does not restart saslauthd.service",
    (_who, saslauthd, owners) => {
      expect(summary(apply({ ...inputs, username: "bob" }, { ...actual, saslauthd, owners }))).toEqual([
        expect.stringMatching(
          /^run: saslauthd \(process 1\) caches logins and was not restarted.*the old login of bob/,
        ),
        ...login,
      ]);
    },
  );

  test("leaves a saslauthd of another socket alone, whatever it remembers", () => {
    expect(summary(apply(inputs, { ...actual, saslauthd: daemon("-c", "-m", "/theirs") }))).toEqual(login);
  });

  test.each([
    [
      "user and password",
      { username: "mail", password: "pass" },
      {
        port: 465,
        mechanisms: ["PLAIN", "LOGIN"],
        login: { username: "mail", password: "pass", mechanism: "LOGIN" },
        envelopes: [{ greeting: "[127.0.0.1]", sender: "mail@localhost", recipient: "postmaster@localhost" }],
      },
    ],
    [
      "an invented one, without a password",
      {},
      { port: 465, mechanisms: ["PLAIN", "LOGIN"], login: { username: "", mechanism: "LOGIN" } },
    ],
    [
      "TLS with a name and an authority",
      { port: 10465, mechanisms: ["PLAIN"], tls: { serverName: "mail", certificateAuthority: "PEM" } },
      {
        port: 10465,
        mechanisms: ["PLAIN"],
        login: { username: "", mechanism: "PLAIN" },
        tls: { serverName: "mail", certificateAuthority: "PEM" },
      },
    ],
    [
      "TLS with a public authority",
      { tls: { serverName: "mail" } },
      {
        port: 465,
        mechanisms: ["PLAIN", "LOGIN"],
        login: { username: "", mechanism: "LOGIN" },
        tls: { serverName: "mail" },
      },
    ],
  ])("%s", (_what, given, dialogue) => {
    const plan = apply(schema.parse(given), actual);

    expect(plan.find((step) => step.do === "prove")?.dialogue).toEqual({
      refusesStrangers: true,
      advices: { "open-relay": expect.stringContaining("let only logins pass on port") },
      socketDirectory: "/var/spool/postfix/var/run/saslauthd",
      outside: "expected",
      envelopes: [],
      suspects: [],
      ...dialogue,
    });
  });
});

describe("more than one port", () => {
  const tls = { serverName: "mail", fingerprint: `${"AB:".repeat(31)}AB` };
  const both = schema.parse({ username: "mail", password: "pass", tls, startTls: [587], noAuth: [25] });
  const proves = (given: typeof both, inMain = {}) =>
    apply(given, { ...actual, inMain }).flatMap((step) => (step.do === "prove" ? [step] : []));

  test("first port 25, where no AUTH may be offered; then 465 by LOGIN, and 587 by STARTTLS and PLAIN", () => {
    expect(proves(both).map(({ reason }) => reason)).toEqual([
      "look that port 25 offers no AUTH",
      "log in on port 465: EHLO, AUTH LOGIN, MAIL, RCPT, RSET, QUIT",
      "log in on port 587: EHLO, STARTTLS, EHLO, AUTH PLAIN, MAIL, RCPT, RSET, QUIT",
    ]);
    expect(proves(both).map(({ dialogue }) => dialogue)).toMatchObject([
      { port: 25, mechanisms: [], noAuth: expect.stringContaining("an -o of its service in master.cf") },
      { port: 465, tls, login: { mechanism: "LOGIN" } },
      { port: 587, tls, startTls: true, login: { mechanism: "PLAIN" }, refusesStrangers: true },
    ]);
  });

  test.each([
    [["LOGIN"], ["LOGIN", "LOGIN"]],
    [["PLAIN"], ["PLAIN", "PLAIN"]],
    [
      ["PLAIN", "LOGIN"],
      ["LOGIN", "PLAIN"],
    ],
    [
      ["LOGIN", "PLAIN"],
      ["LOGIN", "PLAIN"],
    ],
  ])("where %j is offered, the logins are by %j", (mechanisms, used) => {
    const given = schema.parse({ tls, startTls: [587], mechanisms });

    expect(proves(given).map(({ dialogue }) => dialogue.login?.mechanism)).toEqual(used);
  });

  test("the proof asks by default for what SmtpdConf lets Postfix offer", () => {
    const { mechList } = smtpdConf.schema.parse({});

    expect(schema.parse({}).mechanisms).toEqual(mechList.map((name) => name.toUpperCase()));
  });

  test("what turns AUTH on for port 25 is named where main.cf does it", () => {
    expect(proves(both, { smtpd_sasl_auth_enable: "yes" })[0]?.dialogue.noAuth).toMatch(/^main\.cf has smtpd_sasl/);
  });

  test.each([
    ["the one of port 25", "smtp inet n - y - - smtpd\n", "'smtp/inet/smtpd_sasl_auth_enable=no'"],
    [
      "the one behind postscreen",
      "smtp inet n - y - 1 postscreen\nsmtpd pass - - y - - smtpd\n",
      "'smtpd/pass/smtpd_sasl_auth_enable=no'",
    ],
    [
      "each of several",
      "10.0.0.1:25 inet n - y - - smtpd\n10.0.0.2:25 inet n - y - - smtpd\n",
      "'10.0.0.1:25/inet/smtpd_sasl_auth_enable=no' '10.0.0.2:25/inet/smtpd_sasl_auth_enable=no'",
    ],
  ])("the advice turns AUTH off for %s alone, and looks for its clients first", (_which, entries, settings) => {
    const [step] = apply(both, { ...actual, master: file(entries, "/etc/postfix/master.cf") }).filter(
      (one) => one.do === "prove",
    );
    const advice = step?.do === "prove" ? step.dialogue.advices?.["auth-not-wanted"] : undefined;

    expect(advice).toContain(`turn it off there: \`postconf -P ${settings}\`, \`postfix reload\``);
    expect(advice).toMatch(/^where no client logs in on port 25 .*until then tls\.allowAuthOnPort25: true allows it$/);
    expect(advice).not.toContain("postconf -X");
  });

  test("a port that takes mail without a login: the list that lets it in, and what to set it to", () => {
    const master = file(
      "smtp inet n - y - - smtpd\nsmtps inet n - y - - smtpd -o smtpd_relay_restrictions=permit_mynetworks,reject\n",
    );
    const [, step] = apply(both, { ...actual, master }).filter((one) => one.do === "prove");

    expect(step?.do === "prove" && step.dialogue.advices?.["open-relay"]).toMatch(
      /options: \{smtpd_relay_restrictions: "permit_sasl_authenticated,reject"\}; now there is smtpd_relay_restrictions = permit_mynetworks,reject as an option/,
    );
  });

  test("587 alone, by LOGIN", () => {
    expect(proves({ ...both, port: 587, noAuth: [] }).map(({ reason }) => reason)).toEqual([
      "log in on port 587: EHLO, STARTTLS, EHLO, AUTH LOGIN, MAIL, RCPT, RSET, QUIT",
    ]);
  });

  test("one that is silent is drift", () => {
    expect(observe(both, { ...actual, listeners: [listener(25), listener(465)] }, recorded)).not.toMatchObject({
      startTls: [587],
    });
  });

  test("STARTTLS without a name for the certificate is refused", () => {
    expect(authProof.rules?.({ ...both, tls: undefined })).toMatchObject([{ property: "tls" }]);
    expect(authProof.rules?.(both)).toEqual([]);
  });
});

describe("the certificate's end", () => {
  const withTls = schema.parse({ tls: { serverName: "mail" } });
  const warn = (certificateExpires: string | undefined, more: object = {}) =>
    authProof.warnings?.(withTls, actual, { ...recorded, certificateExpires, ...more });

  test.each([
    ["far away", "2026-07-01T00:00:00Z", []],
    ["near", "2026-06-11T12:00:00Z", ["the certificate for mail runs out in 10 days (2026-06-11): renew it"]],
    ["past", "2026-05-30T00:00:00Z", ["the certificate for mail has run out (2026-05-30): renew it"]],
    ["unknown", undefined, []],
  ])("%s", (_what, expires, warnings) => {
    expect(warn(expires)).toEqual(warnings);
  });

  test("is not spoken of when a proof is due, which looks at the certificate of today", () => {
    expect(warn("2026-06-11T12:00:00Z", { covered: "d0" })).toEqual([]);
  });
});

describe("what is recorded", () => {
  const proof = { port: 465, banner: "S: 220", mechanisms: ["PLAIN"], reply: "235 ok", transcript: ["S: 220"] };

  test("after a login: its dialogue, its time and what it covers", () => {
    const outside = { answers: "yes", words: "from here port 465 answers" } as const;
    const answered = { ...proof, answeredBy: "saslauthd[1] said it", outside };

    expect(report?.(inputs, actual, undefined, [answered])).toEqual({
      strangers: "refused: defer_unauth_destination in smtpd_relay_restrictions",
      provedAt: expect.stringMatching(/^\d{4}-\d\d-\d\dT[\d:.]+Z$/),
      covered: proofDigest(actual),
      offered: ["PLAIN"],
      reply: "235 ok",
      answeredBy: ["saslauthd[1] said it"],
      fromOutside: ["from here port 465 answers"],
      refusedAfterLogin: [],
      unreachable: [],
      transcript: ["S: 220"],
      seenListening: [25, 465],
    });
  });

  test("after two logins: both dialogues, the certificate's end, and nothing of the look at port 25", () => {
    const certificate = { fingerprint: "AB", notAfter: new Date("2027-01-01T00:00:00Z") };
    const look = { ...proof, port: 25, reply: "", mechanisms: [], transcript: ["look"] };
    const second = { ...proof, port: 587, certificate, transcript: ["S: 220 second"] };

    expect(report?.(inputs, actual, undefined, [look, { ...proof, certificate }, second])).toMatchObject({
      reply: "235 ok",
      offered: ["PLAIN"],
      transcript: ["S: 220", "S: 220 second"],
      certificateExpires: "2027-01-01T00:00:00.000Z",
    });
  });

  test("after a mere look, or steps without a proof: what was known before", () => {
    expect(report?.(inputs, actual, recorded, undefined)).toEqual(recorded);
    expect(report?.(inputs, actual, recorded, [])).toEqual(recorded);
    expect(report?.(inputs, actual, undefined, undefined)).toEqual({});
  });
});

describe("nobody outside", () => {
  const loopback = [listener(25), { ...listener(465), address: "127.0.0.1" }, { ...listener(465), address: "[::1]" }];
  const outside = { answers: "no", words: "from here port 465: refused" } as const;
  const given = (value: string) => schema.parse({ username: "mail", password: "pass", outside: value });

  test("is a failure before the login where the sockets are those of the loopback alone", () => {
    expect(() => apply(inputs, { ...actual, listeners: loopback })).toThrow(/NOBODY OUTSIDE CAN CONNECT to port 465/);
  });

  test.each([
    ["told", [expect.stringContaining("NOBODY OUTSIDE CAN CONNECT to port 465"), outside.words]],
    ["not wanted", [outside.words]],
  ])("where it is %s is none, and is told in the report and at every run", (value, said) => {
    expect(() => apply(given(value), { ...actual, listeners: loopback })).not.toThrow();
    const proof = { port: 465, banner: "", mechanisms: [], reply: "235", transcript: [], outside };
    const made = report?.(given(value), { ...actual, listeners: loopback }, undefined, [proof]);

    expect(made?.unreachable).toEqual(said);
    expect(authProof.warnings?.(given(value), { ...actual, listeners: loopback }, made)).toEqual(said);
  });

  test("is not looked for where it is not wanted", () => {
    const plan = apply(given("not wanted"), actual);

    expect(plan.find((step) => step.do === "prove")?.dialogue.outside).toBeUndefined();
  });
});

test("it ends the operation: what was changed before it is proved, or put back", () => {
  expect(authProof.closes?.(inputs)).toBe(true);
});

test("there is nothing to undo", () => {
  expect(remove(inputs, actual, remember(actual, actual, inputs))).toEqual([]);
});
