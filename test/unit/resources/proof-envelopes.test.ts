// What is said after the login, and which list of the host said no to it.
import { describe, expect, test } from "@jest/globals";
import { envelopesFor, refusalsIn } from "../../../providers/resources/proof/proof-envelopes.ts";
import { settingsOf, suspectsIn } from "../../../providers/resources/proof/proof-settings.ts";
import { unseenIn } from "../../../providers/resources/proof/proof-unseen.ts";

const values = { myhostname: "mx.example.org", mydestination: "$x, mx.example.org, example.org, localhost" };
const settings = (more: object = {}, own: Record<string, string> = {}, inMain = {}) => ({
  own,
  inMain,
  values: { ...values, ...more },
});

describe("the envelope", () => {
  test.each([
    ["a user of the host", "alice", {}, "alice@mx.example.org", "postmaster@mx.example.org"],
    ["a user with a domain", "alice@example.com", {}, "alice@example.com", "postmaster@mx.example.org"],
    ["a name that is no address", "Zoë B", {}, "postmaster@mx.example.org", "postmaster@mx.example.org"],
    [
      "a host whose own name is no destination",
      "alice",
      { mydestination: "localhost, example.net" },
      "alice@example.net",
      "postmaster@example.net",
    ],
    [
      "a host with virtual domains alone",
      "alice",
      { mydestination: "localhost", virtual_mailbox_domains: "hash:/x v.example" },
      "alice@v.example",
      "postmaster@v.example",
    ],
    ["a null client", "alice", { mydestination: "" }, "alice@mx.example.org", "postmaster@mx.example.org"],
  ])("of %s", (_what, username, more, sender, recipient) => {
    expect(envelopesFor(username, settings(more))).toEqual([{ greeting: "[127.0.0.1]", sender, recipient }]);
  });

  test("comes a second time from somebody else, where a login may send only as itself", () => {
    const senders = envelopesFor("alice", settings(), ["example.com", "example.net"]);

    expect(senders).toEqual([
      { greeting: "[127.0.0.1]", sender: "alice@example.com", recipient: "postmaster@mx.example.org" },
      {
        greeting: "[127.0.0.1]",
        sender: "not-alice@example.com",
        recipient: "postmaster@mx.example.org",
        refusedWith: "553",
      },
    ]);
  });

  test.each(["CORP\\alice", "jos\u00e9"])(
    "comes from somebody else alone for %s, of whose name no address is made",
    (login) => {
      const senders = envelopesFor(login, settings(), ["example.com"]);

      expect(senders.map(({ sender, refusedWith }) => [sender, refusedWith])).toEqual([
        ["not-postmaster@example.com", "553"],
      ]);
    },
  );

  test("comes a second time from a client with a name that no DNS knows, where a list looks at names", () => {
    const greetings = envelopesFor("alice", settings({ smtpd_helo_restrictions: "reject_unknown_helo_hostname" }));

    expect(greetings.map(({ greeting }) => greeting)).toEqual(["[127.0.0.1]", "desktop"]);
  });
});

describe("a refusal", () => {
  const envelope = { greeting: "[127.0.0.1]", sender: "alice@a", recipient: "postmaster@a" };
  const told = (reply: string, more: object, own: Record<string, string> = {}, greeting = "[127.0.0.1]") =>
    refusalsIn(
      [
        {
          port: 465,
          banner: "",
          mechanisms: [],
          reply: "235",
          transcript: [],
          refused: [{ envelope: { ...envelope, greeting }, reply }],
        },
      ],
      () => settings(more, own),
    );

  test.each([
    [
      "a sender that is not the login's",
      "553 5.7.1 <a>: Sender address rejected: not owned by user alice",
      { smtpd_sender_restrictions: "permit_mynetworks, reject_sender_login_mismatch" },
      {},
      "smtpd_sender_restrictions = reject_sender_login_mismatch, main.cf",
    ],
    [
      "the same in the list of the service",
      "553 5.7.1 <a>: Sender address rejected: not owned by user alice",
      {},
      { smtpd_recipient_restrictions: "reject_authenticated_sender_login_mismatch,permit" },
      "smtpd_recipient_restrictions = reject_authenticated_sender_login_mismatch, -o of the service",
    ],
    [
      "a name that DNS does not know",
      "450 4.7.1 <desktop>: Helo command rejected: Host not found",
      { smtpd_helo_restrictions: "reject_unknown_helo_hostname", smtpd_sender_restrictions: "reject_unknown_sender" },
      {},
      "smtpd_helo_restrictions = reject_unknown_helo_hostname, main.cf",
    ],
    [
      "everybody",
      "554 5.7.1 <a>: Sender address rejected: Access denied",
      { smtpd_sender_restrictions: "check_sender_access hash:/x, reject" },
      {},
      "smtpd_sender_restrictions = check_sender_access reject, main.cf",
    ],
    [
      "what no list explains: all that there are",
      "451 4.3.0 try later",
      { smtpd_sender_restrictions: "mine" },
      {},
      "smtpd_sender_restrictions = mine, main.cf",
    ],
    ["what no list can have said", "452 4.3.1 Insufficient system storage", {}, {}, "by no list of restrictions"],
    [
      "a milter that is dead, whatever the lists say",
      "451 4.7.1 Service unavailable - try again later",
      { smtpd_sender_restrictions: "reject_sender_login_mismatch" },
      { smtpd_milters: "inet:127.0.0.1:8891" },
      "a milter does not answer Postfix: smtpd_milters = inet:127.0.0.1:8891, -o of the service",
    ],
  ])("of %s names the list", (_what, reply, more, own, list) => {
    expect(told(reply, more, own)).toEqual([expect.stringContaining(list)]);
    expect(told(reply, more, own)[0]).toContain(reply);
  });

  test.each([
    "550 5.1.1 <postmaster@a>: Recipient address rejected: User unknown in local recipient table",
    "550 5.1.1 <postmaster@a>: Recipient address rejected: User unknown in virtual mailbox table",
  ])("of a postmaster who does not exist is no word against the user: %s", (reply) => {
    const [words] = told(reply, { smtpd_recipient_restrictions: "reject_unauth_destination" });

    expect(words).toMatch(
      /^postmaster@a does not exist on the host.*RFC 5321.*Whether the user can send .* is not shown/,
    );
    expect(words).toContain(reply);
    expect(words).not.toContain("cannot send");
  });

  test("of a name says which one, and that the others may send", () => {
    expect(told("450 no", {}, {}, "desktop")[0]).toMatch(/^whoever has logged in on port 465 with a client that calls/);
  });
});

describe("what a proof from the host itself does not meet", () => {
  test.each([
    ["nothing", {}, []],
    ["a list that the proof meets", { smtpd_helo_restrictions: "reject_unknown_helo_hostname" }, []],
    [
      "one that lets the host's networks pass",
      { smtpd_helo_restrictions: "permit_mynetworks, reject_invalid_helo_hostname, reject_non_fqdn_helo_hostname" },
      ["come to reject_non_fqdn_helo_hostname behind it"],
    ],
    [
      "one that lets those pass who have logged in",
      { smtpd_helo_restrictions: "permit_mynetworks, permit_sasl_authenticated, reject_non_fqdn_helo_hostname" },
      [],
    ],
    [
      "a list of dial-up addresses",
      { smtpd_sender_restrictions: "permit_mynetworks reject_rbl_client zen.example.org permit" },
      ["come to reject_rbl_client behind it"],
    ],
  ])("%s", (_what, more, told) => {
    expect(unseenIn(465, settings(more))).toEqual(told.map((words) => expect.stringContaining(words)));
  });

  test.each([
    [
      "logins pass the refusal",
      { smtpd_helo_restrictions: "permit_mynetworks, reject_non_fqdn_helo_hostname" },
      /options: \{smtpd_helo_restrictions: "permit_mynetworks,permit_sasl_authenticated,reject_non_fqdn_helo_hostname"\}/,
    ],
    [
      "and still send as themselves alone",
      { smtpd_sender_restrictions: "permit_mynetworks, reject_rbl_client zen.x, reject_sender_login_mismatch, reject" },
      /"permit_mynetworks,reject_sender_login_mismatch,permit_sasl_authenticated,reject_rbl_client,zen.x,reject"/,
    ],
    [
      "a table within braces is not written anew",
      { smtpd_helo_restrictions: "permit_mynetworks check_helo_access inline:{ {a = b} } reject" },
      /put permit_sasl_authenticated before reject, and behind every reject_…_sender_login_mismatch$/,
    ],
  ])("comes with the setting by which %s", (_what, more, advice) => {
    expect(unseenIn(465, settings(more))[0]).toMatch(advice);
  });

  test("is a rule about senders that stays in force: it is no refusal of logins", () => {
    const words = unseenIn(
      465,
      settings({ smtpd_sender_restrictions: "permit_mynetworks, reject_sender_login_mismatch" }),
    );

    expect(words).toEqual([expect.stringMatching(/Leave that in force, and see that smtpd_sender_login_maps has/)]);
    expect(words[0]).not.toContain("permit_sasl_authenticated");
  });

  test("is no restriction that only warns", () => {
    const inMain = { smtpd_helo_restrictions: "permit_mynetworks, warn_if_reject reject_non_fqdn_helo_hostname" };

    expect(unseenIn(465, settings(inMain))).toEqual([]);
  });

  test("is not what the service itself says otherwise", () => {
    const inMain = { smtpd_helo_restrictions: "permit_mynetworks, reject" };

    expect(unseenIn(465, settings(inMain, { smtpd_helo_restrictions: "" }))).toEqual([]);
  });
});

describe("what could be the reason", () => {
  const policy = { values, tables: [], failedLookups: [], files: [] };
  const master = Buffer.from("smtps inet n - y - - smtpd -o smtpd_sasl_path=mine -o smtpd_sasl_auth_enable=yes\n");

  test("is what main.cf and the service say otherwise than a login relies on", () => {
    const inMain = { smtpd_sasl_type: "dovecot", smtpd_delay_reject: "yes", smtpd_discard_ehlo_keywords: "auth" };

    expect(suspectsIn(settingsOf(465, { master, names: {}, inMain, policy }))).toEqual([
      "smtpd_sasl_type = dovecot (main.cf)",
      "smtpd_sasl_path = mine (-o of the service)",
      expect.stringContaining("EHLO would not offer AUTH"),
    ]);
  });

  test("is nothing where the service itself says all of it", () => {
    const own = Buffer.from("465 inet n - y - - smtpd -o smtpd_sasl_type=cyrus\n");

    expect(
      suspectsIn(settingsOf(465, { master: own, names: {}, inMain: { smtpd_sasl_type: "dovecot" }, policy })),
    ).toEqual([]);
  });
});
