// What `postfix check` lets pass and would break the service is found before the file is touched.
import { describe, expect, test } from "@jest/globals";
import { unsafeMainSettings } from "../../../providers/resources/postfix/main-cf-unsafe-settings.ts";
import { masterService } from "../../../providers/resources/postfix/master-service.ts";
import {
  chainFilesIn,
  unsafeOnAnyHost,
  unsafeOnThisHost,
} from "../../../providers/resources/postfix/master-unsafe-settings.ts";
import { file, folder } from "../../support/fake-answers.ts";

const fine = {
  unknown: [],
  saslTypes: ["cyrus", "dovecot"],
  certificate: file("CERT"),
  key: file("KEY"),
  missingChainFiles: [],
};

describe("wrong in itself", () => {
  test.each([
    ["nothing", { smtpd_sasl_auth_enable: "yes" }, []],
    ["TLS without a certificate", { smtpd_tls_wrappermode: "yes" }, ["without a certificate"]],
    ["the same in other letters", { smtpd_tls_wrappermode: "YES" }, ["without a certificate"]],
    ["TLS with one", { smtpd_tls_wrappermode: "yes", smtpd_tls_chain_files: "/c" }, []],
    [
      "a security level that does not exist",
      { smtpd_tls_security_level: "banana" },
      ["smtpd_tls_security_level=banana"],
    ],
    [
      "a level of a client",
      { smtpd_tls_security_level: "verify" },
      ["takes verify, secure and fingerprint for encrypt"],
    ],
    ["no security level", { smtpd_tls_security_level: "" }, []],
    ["a security level in other letters", { smtpd_tls_security_level: "Encrypt" }, []],
    ["a security level from main.cf", { smtpd_tls_security_level: "$level" }, []],
    [
      "no reject in any list",
      { smtpd_relay_restrictions: "permit_mynetworks", smtpd_recipient_restrictions: "permit" },
      ["has a reject or defer"],
    ],
    [
      "a reject in one of them",
      { smtpd_relay_restrictions: "permit_mynetworks,reject", smtpd_recipient_restrictions: "permit" },
      [],
    ],
    ["a list that main.cf holds", { smtpd_relay_restrictions: "$mine", smtpd_recipient_restrictions: "permit" }, []],
    ["a brace alone", { smtpd_banner: "a }b c" }, ["smtpd_banner=a }b c: every { must have its }"]],
    ["braces in pairs", { smtpd_banner: "$" + "{x?{a b}:{c}}" }, []],
    ["only one list given", { smtpd_recipient_restrictions: "permit" }, []],
  ])("%s", (_what, options, problems) => {
    expect(unsafeOnAnyHost(options)).toEqual(problems.map((problem) => expect.stringContaining(problem)));
  });
});

describe("wrong on this host", () => {
  const certificate = { smtpd_tls_cert_file: "/c", smtpd_tls_key_file: "/k" };

  test.each([
    ["nothing", certificate, {}, []],
    [
      "a parameter that this Postfix does not have",
      { smtpd_sasl_atuh: "x" },
      { unknown: ["smtpd_sasl_atuh"] },
      ["no parameter smtpd_sasl_atuh"],
    ],
    ["a parameter of the user's own", { mine: "x", smtpd_banner: "$mine" }, { unknown: ["mine"] }, []],
    [
      "a SASL type that is not compiled in",
      { smtpd_sasl_type: "cyrux" },
      {},
      ["smtpd_sasl_type=cyrux: this Postfix has cyrus and dovecot"],
    ],
    ["a SASL type, where nobody knows them", { smtpd_sasl_type: "cyrux" }, { saslTypes: [] }, []],
    ["no certificate file", certificate, { certificate: null }, ["smtpd_tls_cert_file=/c: there is no such file"]],
    ["a folder as the key", certificate, { key: folder() }, ["smtpd_tls_key_file=/k: it is a directory"]],
    [
      "both missing",
      certificate,
      { certificate: null, key: null },
      ["smtpd_tls_cert_file=/c", "smtpd_tls_key_file=/k"],
    ],
    [
      "a chain file that is not there",
      { smtpd_tls_chain_files: "/k, /c" },
      { missingChainFiles: ["/k"] },
      ["smtpd_tls_chain_files=/k: there is no such file on the host"],
    ],
    ["a certificate that main.cf names", { smtpd_tls_cert_file: "$c" }, { certificate: null }, []],
  ])("%s", (_what, options, facts, found) => {
    expect(unsafeOnThisHost(options, { ...fine, ...facts }).map((hazard) => hazard.found)).toEqual(
      found.map((text) => expect.stringContaining(text)),
    );
  });

  test.each([
    ["a file that is not there is waited for", { certificate: null }, ["/c"]],
    ["a folder is not: no file can come in its place", { certificate: folder() }, [undefined]],
    ["so is a chain file", { missingChainFiles: ["/k"] }, ["/k"]],
  ])("%s", (_what, facts, awaited) => {
    const unsafe = unsafeOnThisHost(certificate, { ...fine, ...facts });

    expect(unsafe.map(({ awaits }) => awaits)).toEqual(awaited);
  });

  test("the resource refuses, names all of it, and writes nothing", () => {
    const inputs = masterService.schema.parse({ options: { ...certificate, smtpd_sasl_type: "cyrux" } });
    const { unknown: unknownOfUsual, missingChainFiles: missingUsual, ...others } = { ...fine, certificate: null };
    const none = { unknownOfUsual, unknownOfOthers: [], missingUsual, missingOthers: [] };
    const actual = {
      ...others,
      ...none,
      file: file("smtp inet n - y - - smtpd\n"),
      inMain: {},
      ports: {},
      risky: {},
      mailVersion: null,
    };

    expect(() => masterService.apply(inputs, actual)).toThrow(/cyrux.*smtpd_tls_cert_file=\/c[\s\S]*next: use cyrus/);
  });
});

test.each([
  ["/k,/c", ["/k", "/c"]],
  ["/k, /c", ["/k", "/c"]],
  ["$mine /c", ["/c"]],
  [undefined, []],
])("the chain files in %j", (value, paths) => {
  expect(chainFilesIn(value === undefined ? {} : { smtpd_tls_chain_files: value })).toEqual(paths);
});

describe("what main.cf says for all services", () => {
  const service = { smtpd_sasl_auth_enable: "yes", smtpd_tls_auth_only: "no" };

  test.each([
    ["nothing", {}, {}, []],
    ["what hides AUTH", { smtpd_discard_ehlo_keywords: "chunking, AUTH" }, {}, ["EHLO would not offer AUTH"]],
    ["what hides other words", { smtpd_discard_ehlo_keywords: "chunking, silent-discard" }, {}, []],
    ["a filter without LOGIN", { smtpd_sasl_mechanism_filter: "plain" }, {}, ["not offer AUTH LOGIN"]],
    ["a filter that takes some away", { smtpd_sasl_mechanism_filter: "!external, static:rest" }, {}, []],
    ["a filter in a table", { smtpd_sasl_mechanism_filter: "hash:/etc/postfix/mechanisms" }, {}, []],
    ["a command that ends the session", { smtpd_forbidden_commands: "GET auth" }, {}, ["hangs up at AUTH"]],
    ["TLS demanded of a port without", { smtpd_tls_security_level: "encrypt" }, {}, ["behind STARTTLS only"]],
    ["the same by another name", { smtpd_tls_security_level: "SECURE" }, {}, ["behind STARTTLS only"]],
    ["TLS demanded of one that has it", { smtpd_tls_security_level: "encrypt" }, { smtpd_tls_auth_only: "yes" }, []],
    [
      "what the service itself says otherwise",
      { smtpd_discard_ehlo_keywords: "auth" },
      { smtpd_discard_ehlo_keywords: "" },
      [],
    ],
    ["anything, where nobody logs in", { smtpd_discard_ehlo_keywords: "auth" }, { smtpd_sasl_auth_enable: "no" }, []],
  ])("%s", (_what, inMain, options, problems) => {
    expect(unsafeMainSettings({ ...service, ...options }, inMain).map(({ found }) => found)).toEqual(
      problems.map((problem) => expect.stringContaining(problem)),
    );
  });

  test("is freed of it by an option of the service that keeps the rest", () => {
    const [hazard] = unsafeMainSettings(service, { smtpd_discard_ehlo_keywords: "chunking, auth" });

    expect(hazard?.next).toContain('options: {smtpd_discard_ehlo_keywords: "chunking"}');
  });
});
