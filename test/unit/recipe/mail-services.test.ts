// The settings of the ports with AUTH: TLS only, its floor, the limits, and the user's own words last.
import { describe, expect, test } from "@jest/globals";
import { plainValues, resolved } from "../../../providers/recipe/entry.ts";
import { serviceOptions, wrongPorts } from "../../../providers/recipe/mail-services.ts";
import { unsafeOnAnyHost } from "../../../providers/resources/postfix/master-unsafe-settings.ts";
import { reliedOptions } from "../../../providers/resources/postfix/relied-options.ts";
import { usualChainFiles, usualOptions } from "../../../providers/resources/postfix/usual-options.ts";

const selfSigned = { selfSigned: true };

test.each(["none", "implicit", "starttls"] as const)(
  "what a port with %s names is asked for with the first look",
  (security) => {
    const options = serviceOptions(security, security === "none" ? undefined : selfSigned, {}, undefined);

    expect(Object.keys(options).filter((name) => !usualOptions.includes(name))).toEqual([]);
    expect(usualChainFiles).toContain(serviceOptions("implicit", selfSigned, {}, undefined).smtpd_tls_chain_files);
  },
);

describe("the settings of a port", () => {
  test("without TLS are the page's, what the login relies on, and the limits", () => {
    expect(serviceOptions("none", undefined, {}, undefined)).toEqual({
      smtpd_tls_wrappermode: "no",
      smtpd_tls_auth_only: "no",
      smtpd_sasl_auth_enable: "yes",
      ...reliedOptions,
      smtpd_client_restrictions: "permit_sasl_authenticated,reject",
      smtpd_relay_restrictions: "permit_sasl_authenticated,reject",
      smtpd_recipient_restrictions: "permit_sasl_authenticated,reject_unauth_destination",
      smtpd_client_auth_rate_limit: "60",
      smtpd_client_connection_rate_limit: "60",
      smtpd_client_connection_count_limit: "30",
      smtpd_soft_error_limit: "5",
      smtpd_hard_error_limit: "10",
      smtpd_error_sleep_time: "2s",
    });
  });

  test.each([
    ["implicit", { smtpd_tls_wrappermode: "yes" }],
    ["starttls", { smtpd_tls_wrappermode: "no" }],
  ] as const)("with %s TLS let nobody log in without it, nor below TLS 1.2", (security, more) => {
    const options = serviceOptions(security, selfSigned, {}, undefined);

    expect(options).toMatchObject({
      ...more,
      smtpd_tls_security_level: "encrypt",
      smtpd_tls_auth_only: "yes",
      smtpd_tls_protocols: ">=TLSv1.2",
      smtpd_tls_mandatory_protocols: ">=TLSv1.2",
      smtpd_tls_chain_files: "/etc/postfix/tls/smtpd.pem",
    });
    expect(unsafeOnAnyHost(options as Record<string, string>)).toEqual([]);
  });

  test.each([
    ["the key and then the certificate", { certificateFile: "/c", keyFile: "/k" }, "/k,/c"],
    ["one file once, which would be a second key otherwise", { certificateFile: "/x", keyFile: "/x" }, "/x"],
  ])("of files on the host name %s", (_what, tls, chain) => {
    const options = serviceOptions("implicit", tls, {}, undefined);

    expect(resolved(options, plainValues()).smtpd_tls_chain_files).toBe(chain);
  });

  test("are the user's own where the user says so", () => {
    const own = { smtpd_client_auth_rate_limit: "7", smtpd_banner: "hello", smtpd_sasl_path: "mine" };

    expect(serviceOptions("implicit", selfSigned, { authRate: 5, errorSleep: 0 }, own)).toMatchObject({
      ...own,
      smtpd_error_sleep_time: "0s",
    });
  });

  test.each([{ authRate: -1 }, { hardErrors: 0 }, { errorSleep: 1.5 }, { unknown: 1 }])("can not be %j", (limits) => {
    expect(() => serviceOptions("none", undefined, limits, undefined)).toThrow();
  });
});

test.each([
  [undefined, true, false, undefined],
  [selfSigned, true, true, undefined],
  [selfSigned, false, true, undefined],
  [undefined, false, false, /both off/],
  [undefined, true, true, /needs a certificate/],
])("with tls %j, smtps %s and submission %s", (tls, smtps, submission, wrong) => {
  const found = wrongPorts(tls, smtps, submission);

  if (wrong === undefined) expect(found).toBeUndefined();
  else expect(found).toMatch(wrong);
});
