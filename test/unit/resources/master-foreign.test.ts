// What others have put into our entry of master.cf: it stays unless it goes against what is promised, and comes back to the byte.
import { describe, expect, test } from "@jest/globals";
import { parseMaster } from "../../../providers/facts/master.ts";
import { serviceOptions } from "../../../providers/recipe/mail-services.ts";
import { contradiction } from "../../../providers/resources/postfix/master-contradictions.ts";
import { masterService } from "../../../providers/resources/postfix/master-service.ts";
import { file } from "../../support/fake-answers.ts";
import { summary, written } from "../../support/fake-plan.ts";

const { schema, observe, apply, remember, remove, report, warnings, lasting } = masterService;
const known = {
  unknownOfUsual: [],
  unknownOfOthers: [],
  saslTypes: ["cyrus"],
  certificate: null,
  key: null,
  missingUsual: [],
  missingOthers: [],
  inMain: {},
  ports: { urd: "465", ssmtp: "465", submissions: "465", mail: "25" },
  risky: {},
  mailVersion: null,
};
const seen = (text: string) => ({ file: file(text, "/etc/postfix/master.cf"), ...known });
const inputs = schema.parse({
  service: "submission",
  options: { smtpd_sasl_auth_enable: "yes", smtpd_relay_restrictions: "permit_sasl_authenticated,reject" },
  initialOptions: { syslog_name: "postfix/submission" },
});
const smtp = "smtp inet n - y - - smtpd\n";
const theirs = `${smtp}submission inet n - y - 50 smtpd
  -o syslog_name=mail/mua -o smtpd_relay_restrictions=permit_mynetworks,reject
# signed on the way out
  -o milter_macro_daemon_name=ORIGINATING
\t-o { smtpd_sender_restrictions = reject_sender_login_mismatch, permit }

  -o smtpd_sasl_security_options=noplaintext
  -o content_filter=dkim:[127.0.0.1]:10027
# end
`;
const changed = `${smtp}submission inet  n       -       y       -       50      smtpd
  -o syslog_name=mail/mua
# signed on the way out
  -o milter_macro_daemon_name=ORIGINATING
\t-o { smtpd_sender_restrictions = reject_sender_login_mismatch, permit }

  -o content_filter=dkim:[127.0.0.1]:10027
  -o smtpd_sasl_auth_enable=yes
  -o smtpd_relay_restrictions=permit_sasl_authenticated,reject
# end
`;

describe("an entry with settings of others", () => {
  test("gets ours, keeps theirs in their rows, and loses what goes against us, which is named with its line", () => {
    const plan = apply(inputs, seen(theirs));

    expect(written(plan).toString()).toBe(changed);
    expect(summary(plan)).toEqual([
      "write /etc/postfix/master.cf: replace (line 2) submission/inet in master.cf",
      "  takes out smtpd_sasl_security_options=noplaintext (line 8: PLAIN and LOGIN would not be offered)",
      "  keeps syslog_name=mail/mua",
      "  keeps milter_macro_daemon_name=ORIGINATING",
      "  keeps smtpd_sender_restrictions=reject_sender_login_mismatch, permit",
      "  keeps content_filter=dkim:[127.0.0.1]:10027",
    ]);
    expect(observe(inputs, seen(changed), undefined)).toEqual(inputs);
    expect(apply(inputs, seen(changed))).toEqual([]);
  });

  test("comes back to the byte", () => {
    const before = remember(seen(theirs), seen(changed), inputs);

    expect(written(remove(inputs, seen(changed), before).slice(0, 1)).toString()).toBe(theirs);
    expect(remove(inputs, seen(theirs), before)).toEqual([]);
  });

  test("comes back with what others have put into it since, and is right then", () => {
    const before = remember(seen(theirs), seen(changed), inputs);
    const edited = changed.replace("10027", "10029").replace("# end", "  -o smtpd_helo_required=yes\n# end");

    const back = written(remove(inputs, seen(edited), before).slice(0, 1)).toString();

    const [, found] = parseMaster(Buffer.from(back)).entries;
    const [, old] = parseMaster(Buffer.from(theirs)).entries;
    expect(found?.entry.options).toEqual({
      ...old?.entry.options,
      content_filter: "dkim:[127.0.0.1]:10029",
      smtpd_helo_required: "yes",
    });
    expect(back).toContain("# signed on the way out\n  -o milter_macro_daemon_name=ORIGINATING\n");
    expect(remove(inputs, seen(back), before)).toEqual([]);
  });

  test("that is spread over rows is written anew, and still keeps all", () => {
    const spread = `${smtp}submission inet n - y - - smtpd\n  -o\n  content_filter=x\n  -o { syslog_name =\n  mine }\n`;

    const text = written(apply(inputs, seen(spread))).toString();

    expect(parseMaster(Buffer.from(text)).entries[1]?.entry.options).toEqual({
      ...inputs.options,
      content_filter: "x",
      syslog_name: "mine",
    });
  });

  test("is told, and what came into it since the last run is told once more", () => {
    const kept = report?.(inputs, seen(changed), undefined, undefined) ?? {};
    const edited = `${changed.replace("# end\n", "")}  -o smtpd_sender_restrictions=permit\n`;

    expect(kept.kept).toMatchObject({ syslog_name: "mail/mua", milter_macro_daemon_name: "ORIGINATING" });
    expect(warnings?.(inputs, seen(changed), kept)).toEqual([]);
    expect(warnings?.(inputs, seen(edited), kept)).toEqual([
      expect.stringMatching(/submission\/inet .*smtpd_sender_restrictions=permit \(line 11\)\. It stays/),
    ]);
    expect(apply(inputs, seen(edited), kept)).toEqual([]);
  });
});

test("an entry that is made anew gets its name for the log, one that is there is left with what it has", () => {
  const bare = `${smtp}submission inet n - y - - smtpd\n`;

  expect(written(apply(inputs, seen(smtp))).toString()).toContain("  -o syslog_name=postfix/submission\n");
  expect(written(apply(inputs, seen(bare))).toString()).not.toContain("syslog_name");
});

test("a port that demands TLS goes on to do so under options that say nothing of TLS", () => {
  const demanding = `${smtp}submission inet n - y - - smtpd
  -o smtpd_tls_security_level=encrypt
  -o smtpd_tls_auth_only=yes
`;

  const [, entry] = parseMaster(written(apply(inputs, seen(demanding)))).entries;

  expect(entry?.entry.options).toEqual({
    smtpd_tls_security_level: "encrypt",
    smtpd_tls_auth_only: "yes",
    ...inputs.options,
  });
});

describe("an option that the program has set and does not ask for any more", () => {
  const more = { ...inputs, options: { ...inputs.options, smtpd_helo_required: "yes" } };
  const withIt = written(apply(more, seen(smtp))).toString();
  const recorded = report?.(more, seen(withIt), undefined, undefined) ?? {};

  test("goes, whoever would take it for somebody else's", () => {
    const plan = apply(inputs, seen(withIt), recorded);

    expect(observe(inputs, seen(withIt), recorded)).not.toEqual(inputs);
    expect(parseMaster(written(plan)).entries[1]?.entry.options).toEqual({
      ...inputs.options,
      ...inputs.initialOptions,
    });
    expect(summary(plan)[1]).toContain("smtpd_helo_required=yes (line 6: an earlier run of this program set it");
  });

  test("is not forgotten when a run ends half-way, or a later resource's failure puts the entry back", () => {
    const halfWay = lasting?.(recorded, inputs);
    const putBack = report?.(inputs, seen(smtp), halfWay, undefined);

    for (const known of [halfWay, putBack]) expect(apply(inputs, seen(withIt), known)).toHaveLength(1);
  });
});

describe("what goes against us", () => {
  const silent = { smtpd_sasl_auth_enable: "yes" };
  const tls = { ...silent, smtpd_tls_security_level: "encrypt" };
  const clear = serviceOptions("none", undefined) as Record<string, string>;

  test.each([
    ["smtpd_sasl_auth_enable", "no"],
    ["smtpd_sasl_type", "dovecot"],
    ["smtpd_sasl_path", "private/auth"],
    ["smtpd_sasl_security_options", "noanonymous, noplaintext"],
    ["smtpd_sasl_tls_security_options", "noanonymous,forward_secrecy"],
    ["smtpd_sasl_security_options", ""],
    ["smtpd_sasl_exceptions_networks", "10.0.0.0/8"],
    ["smtpd_delay_reject", "no"],
    ["smtpd_upstream_proxy_protocol", "haproxy"],
    ["smtpd_authorized_xclient_hosts", "10.0.0.1"],
    ["smtpd_discard_ehlo_keywords", "silent-discard, AUTH"],
    ["smtpd_tls_req_ccert", "yes"],
    ["smtpd_tls_mandatory_ciphers", "null"],
    ["smtpd_relay_restrictions", "permit_mynetworks,permit"],
    ["smtpd_recipient_restrictions", "permit"],
    ["smtpd_client_restrictions", "permit_mynetworks,reject"],
    ["smtpd_sender_restrictions", "reject_unknown_sender_domain,reject"],
    ["smtpd_data_restrictions", "reject"],
    ["debug_peer_list", "127.0.0.1"],
  ])("%s=%s", (name, value) => {
    expect(contradiction(name, value, tls)).toEqual(expect.any(String));
  });

  test.each([
    ["smtpd_tls_security_level", "encrypt"],
    ["smtpd_tls_security_level", "Secure"],
    ["smtpd_enforce_tls", "yes"],
  ])("%s=%s, where a mail host without tls asks for logins in clear text", (name, value) => {
    expect(contradiction(name, value, clear)).toEqual(expect.any(String));
  });

  test.each([
    ["say nothing of TLS", silent],
    ["want it before a login", { ...silent, smtpd_tls_auth_only: "yes" }],
    ["want it from the first byte alone", { ...silent, smtpd_tls_auth_only: "no", smtpd_tls_wrappermode: "YES" }],
  ])("not a demand for TLS, where the options %s", (_what, ours) => {
    const demands = {
      smtpd_tls_security_level: "encrypt",
      smtpd_tls_auth_only: "yes",
      smtpd_enforce_tls: "yes",
      smtpd_tls_wrappermode: "yes",
    };

    for (const [name, value] of Object.entries(demands)) expect(contradiction(name, value, ours)).toBeUndefined();
  });

  test.each([
    ["syslog_name", "postfix/submission"],
    ["milter_macro_daemon_name", "ORIGINATING"],
    ["content_filter", "smtp-amavis:[127.0.0.1]:10026"],
    ["cleanup_service_name", "subcleanup"],
    ["smtpd_tls_auth_only", "yes"],
    ["smtpd_tls_wrappermode", "no"],
    ["smtpd_tls_security_level", "may"],
    ["smtpd_sasl_security_options", "noanonymous"],
    ["smtpd_sasl_security_options", "$smtpd_sasl_tls_security_options"],
    ["smtpd_reject_unlisted_recipient", "no"],
    ["smtpd_helo_restrictions", "permit"],
    ["smtpd_sender_restrictions", "reject_sender_login_mismatch,permit_sasl_authenticated,reject"],
    ["smtpd_sender_login_maps", "hash:/etc/postfix/senders"],
    ["smtpd_relay_restrictions", "permit_sasl_authenticated,reject"],
    ["smtpd_recipient_restrictions", "reject_non_fqdn_recipient,permit_sasl_authenticated,reject"],
    ["smtpd_client_restrictions", "$mua_client_restrictions"],
  ])("not %s=%s", (name, value) => {
    expect(contradiction(name, value, tls)).toBeUndefined();
  });
});
