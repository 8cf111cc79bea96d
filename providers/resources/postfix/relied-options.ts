// The smtpd(8) settings that a login through saslauthd relies on. main.cf applies to every service
// of master.cf that does not override it, so each setting is written in the service itself: no edit
// of main.cf changes who answers. docs/smtpd-parameters.md has the table with the reasons.

import { saslConfigFolder } from "../../facts/postfix.ts";

/** Parameters and the values that a login through saslauthd needs (postconf(5)). */
export const reliedOptions: Readonly<Record<string, string>> = {
  // Cyrus is the implementation that works with saslauthd; the other one asks Dovecot
  // (SASL_README).
  smtpd_sasl_type: "cyrus",
  // With Cyrus: the name of the application file, smtpd.conf.
  smtpd_sasl_path: "smtpd",
  // The service that saslauthd is asked for, and so the name of the PAM service.
  smtpd_sasl_service: "smtp",
  // It has no effect in 3.5 and 3.7 as Debian builds them, and is in force from 3.10 on (tested);
  // an empty value is not the default there.
  cyrus_sasl_config_path: saslConfigFolder,
  // noplaintext would remove PLAIN and LOGIN, the only mechanisms that saslauthd can check.
  smtpd_sasl_security_options: "noanonymous",
  smtpd_sasl_tls_security_options: "noanonymous",
  // AUTH is offered to every client, including the host itself.
  smtpd_sasl_exceptions_networks: "",
  // A proxy stands at most in front of port 25: mail clients do not send its protocol.
  smtpd_upstream_proxy_protocol: "",
  // Otherwise the lists refuse a client before it can log in.
  smtpd_delay_reject: "yes",
  // Otherwise the log of such a client would hold its password.
  debug_peer_list: "",
};

/**
 * The settings for a service without TLS: TLS from the first byte, or required TLS, would prevent
 * every login. Both together also take such a demand of somebody else out of the service
 * (master-contradictions.ts).
 */
export const cleartextOptions: Readonly<Record<string, string>> = {
  smtpd_tls_wrappermode: "no",
  smtpd_tls_auth_only: "no",
};
