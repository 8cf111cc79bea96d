// Which options that others have set in an entry of master.cf contradict what this program promises
// of its ports: working logins through saslauthd, and no access for unauthenticated clients. They
// are taken out of the entry; all other options stay. main-cf-unsafe-settings.ts judges the same
// parameters in main.cf, which this program does not change.

import { isYes, listItems } from "../../facts/postconf.ts";

type Options = Readonly<Record<string, string>>;

/**
 * The harm that the value would do; `undefined` = none. `ours` are the options that this program
 * decides on.
 */
type Rule = (value: string, ours: Options) => string | undefined;

/**
 * The harm that an option of others would do to this service; `undefined` = it stays. A value that
 * names a parameter of main.cf is left to the proof.
 */
export function contradiction(name: string, value: string, ours: Options): string | undefined {
  return value.includes("$") ? undefined : rules[name]?.(value.trim(), ours);
}

const rules: Readonly<Record<string, Rule>> = {
  smtpd_sasl_auth_enable: when(isNo, "nobody could log in"),
  smtpd_sasl_type: when((value) => value !== "cyrus", "logins would be asked of another than saslauthd"),
  smtpd_sasl_path: when((value) => value !== "smtpd", "Cyrus SASL would read another file than smtpd.conf"),
  cyrus_sasl_config_path: when(isSet, "Cyrus SASL would look for smtpd.conf in another folder"),
  smtpd_sasl_security_options: plaintextOnly,
  smtpd_sasl_tls_security_options: plaintextOnly,
  smtpd_sasl_exceptions_networks: when(isSet, "no login would be offered to these clients"),
  smtpd_discard_ehlo_keywords: when(names("auth", "starttls"), "no login would be offered"),
  smtpd_noop_commands: when(names("auth", "starttls"), "a login would be answered without being made"),
  smtpd_forbidden_commands: when(names("auth", "starttls"), "a login would end the connection"),
  smtpd_delay_reject: when(isNo, "clients would be refused before they could log in"),
  smtpd_upstream_proxy_protocol: when(isSet, "clients that do not come through a proxy would be hung up on"),
  // XCLIENT has an attribute LOGIN (XCLIENT_README).
  smtpd_authorized_xclient_hosts: when(isSet, "these clients could say that they are logged in"),
  smtpd_tls_req_ccert: when(isYes, "only clients with a certificate of their own could log in"),
  smtpd_tls_ciphers: when(names("null"), "passwords could cross the network in clear text"),
  smtpd_tls_mandatory_ciphers: when(names("null"), "passwords could cross the network in clear text"),
  smtpd_tls_security_level: whereInClear((value) => !["none", "may"].includes(value.toLowerCase())),
  smtpd_enforce_tls: whereInClear(isYes),
  smtpd_client_restrictions: list,
  smtpd_helo_restrictions: shutsOut,
  smtpd_sender_restrictions: shutsOut,
  smtpd_relay_restrictions: list,
  smtpd_recipient_restrictions: list,
  smtpd_data_restrictions: shutsOut,
  smtpd_end_of_data_restrictions: shutsOut,
  // The mail log would then hold the whole session, including the password (DEBUG_README).
  debug_peer_list: when(isSet, "passwords would stand in the mail log"),
};

function when(applies: (value: string) => boolean, why: string): Rule {
  return (value) => (applies(value) ? why : undefined);
}

function isSet(value: string): boolean {
  return value !== "";
}

function isNo(value: string): boolean {
  return value.toLowerCase() === "no";
}

function names(...asked: readonly string[]): (value: string) => boolean {
  return (value) => lowerCaseItems(value).some((word) => asked.includes(word));
}

function lowerCaseItems(value: string): string[] {
  return listItems(value.toLowerCase());
}

/**
 * A demand for TLS stays unless both of our options say that it is not wanted: without it a
 * password could cross the network in clear text.
 */
function whereInClear(demandsTls: (value: string) => boolean): Rule {
  return (value, ours) =>
    demandsTls(value) && isNo(ours.smtpd_tls_wrappermode ?? "") && isNo(ours.smtpd_tls_auth_only ?? "")
      ? "no login would be offered without TLS, as the options want it"
      : undefined;
}

/**
 * saslauthd can check only PLAIN and LOGIN; without noanonymous Postfix would accept a mechanism
 * without a password (SASL_README).
 */
function plaintextOnly(value: string): string | undefined {
  const given = lowerCaseItems(value);
  if (given.some((word) => word !== "noanonymous")) return "PLAIN and LOGIN would not be offered";
  return given.includes("noanonymous") ? undefined : "a login without a password would be allowed";
}

/**
 * The lists that keep unauthenticated clients out. smtpd evaluates each list on its own, so
 * `permit` in another list opens nothing (SMTPD_ACCESS_README).
 */
function list(value: string): string | undefined {
  const first = lowerCaseItems(value).find((word) => ["permit", "reject", "defer"].includes(word));
  return first === "permit" ? "everybody would be let through" : shutsOut(value);
}

function shutsOut(value: string): string | undefined {
  const first = lowerCaseItems(value).find((word) =>
    ["permit", "permit_sasl_authenticated", "reject", "defer"].includes(word),
  );
  return first === "reject" || first === "defer" ? "who has logged in would be refused" : undefined;
}
