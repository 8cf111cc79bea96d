// What a login through saslauthd relies on in smtpd(8). main.cf holds in every service of master.cf that does not say otherwise, so
// each is named in the service itself: no edit of main.cf, of yesterday or of tomorrow, changes who answers. The table with the
// reasons is docs/smtpd-parameters.md.

/** Where Debian's Postfix looks for the SASL application file, and where SmtpdConf writes it. */
export const saslConfigFolder = "/etc/postfix/sasl";

/** Parameters and the values that a login through saslauthd needs (postconf(5)). */
export const reliedOptions: Readonly<Record<string, string>> = {
  // Cyrus is the implementation that speaks with saslauthd; Dovecot's would ask Dovecot (SASL_README)
  smtpd_sasl_type: "cyrus",
  // with Cyrus: the name of the application file, smtpd.conf
  smtpd_sasl_path: "smtpd",
  // what saslauthd is asked for, and so the name of the PAM service
  smtpd_sasl_service: "smtp",
  // without effect in 3.5 and 3.7 as Debian builds them, in force from 3.10 on [tried]; empty is no default there
  cyrus_sasl_config_path: saslConfigFolder,
  // noplaintext would take PLAIN and LOGIN away, and saslauthd serves no other
  smtpd_sasl_security_options: "noanonymous",
  smtpd_sasl_tls_security_options: "noanonymous",
  // AUTH is offered to everybody, the host itself included
  smtpd_sasl_exceptions_networks: "",
  // a proxy stands in front of port 25, if anywhere: a mail client does not begin with its protocol
  smtpd_upstream_proxy_protocol: "",
  // else the lists refuse a client before it had the time to log in
  smtpd_delay_reject: "yes",
  // the log of such a client would hold its password
  debug_peer_list: "",
};

/** What decides how TLS begins, where the service speaks none: a wrapper or a demand for TLS would leave nobody a login. */
export const cleartextOptions: Readonly<Record<string, string>> = {
  smtpd_tls_wrappermode: "no",
  smtpd_tls_auth_only: "no",
};
