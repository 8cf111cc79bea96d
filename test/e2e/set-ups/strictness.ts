// Rules for clients, limits and old habits in main.cf, each of which could reach into the ports for logins.
import type { SetUp } from "./set-up.ts";

export const strictness: readonly SetUp[] = [
  {
    what: "names in HELO must be full",
    main: [
      "smtpd_helo_required=yes",
      "smtpd_helo_restrictions=permit_mynetworks, reject_invalid_helo_hostname, reject_non_fqdn_helo_hostname",
      "strict_rfc821_envelopes=yes",
      "disable_vrfy_command=yes",
    ],
    warns: /smtpd_helo_restrictions lets the host itself pass .* come to reject_non_fqdn_helo_hostname behind it/,
    recipientCode: 504,
  },
  {
    what: "senders must have a domain that is known",
    main: ["smtpd_sender_restrictions=reject_non_fqdn_sender, reject_unknown_sender_domain"],
    // the lab has no name service
    recipientCode: 450,
  },
  {
    what: "senders are logins",
    set: "echo 'alice@example.org alice' > /etc/postfix/senders; postmap /etc/postfix/senders 2>/dev/null",
    main: [
      "smtpd_sender_login_maps=hash:/etc/postfix/senders",
      "smtpd_sender_restrictions=reject_authenticated_sender_login_mismatch",
    ],
    warns: /cannot send from alice@\S+ to .* not owned by user alice/,
  },
  { what: "refusals are soft while somebody tries something", main: ["soft_bounce=yes"] },
  {
    what: "AUTH is not told to anybody",
    main: ["smtpd_discard_ehlo_keywords=auth, chunking, silent-discard"],
    refused: /EHLO would not offer AUTH[\s\S]*options: \{smtpd_discard_ehlo_keywords/,
  },
  {
    what: "AUTH is not told to anybody, by a table",
    main: ["smtpd_discard_ehlo_keyword_address_maps=static:{auth, silent-discard}"],
    refused: /PLAIN LOGIN is missing[\s\S]*could be the reason: smtpd_discard_ehlo_keyword_address_maps = static:/,
  },
  {
    what: "one connection of a client at a time, and few of them",
    main: [
      "smtpd_client_connection_count_limit=1",
      "smtpd_client_connection_rate_limit=2",
      "smtpd_client_auth_rate_limit=1",
      "smtpd_client_message_rate_limit=2",
      "smtpd_client_event_limit_exceptions=",
    ],
  },
  {
    what: "little patience with mistakes",
    main: [
      "smtpd_hard_error_limit=1",
      "smtpd_soft_error_limit=1",
      "smtpd_error_sleep_time=2s",
      "smtpd_junk_command_limit=1",
      "smtpd_timeout=10s",
    ],
  },
  { what: "two processes of a kind at most", main: ["default_process_limit=2"] },
  { what: "one smtpd for port 25", set: "postconf -F 'smtp/inet/process_limit=1'" },
  {
    what: "TLS for everybody, and new versions alone",
    main: [
      "smtpd_tls_security_level=encrypt",
      "smtpd_tls_auth_only=yes",
      "smtpd_tls_mandatory_protocols=>=TLSv1.3",
      "smtpd_tls_mandatory_ciphers=high",
      "smtpd_tls_loglevel=1",
      "smtpd_tls_received_header=yes",
      "smtpd_tls_ask_ccert=yes",
    ],
  },
  {
    what: "TLS as it was said in old times",
    main: ["smtpd_use_tls=yes", "smtpd_tls_session_cache_database=btree:$data_directory/smtpd_scache"],
  },
  { what: "no TLS on port 25", main: ["smtpd_tls_security_level=none"] },
  {
    what: "restrictions of Postfix before 2.10",
    main: [
      "compatibility_level=0",
      "smtpd_relay_restrictions=",
      "smtpd_recipient_restrictions=permit_mynetworks, permit_sasl_authenticated, reject_unauth_destination",
    ],
  },
  {
    what: "a compatibility level of today, with all that it brings",
    main: ["compatibility_level=3.6", "smtputf8_enable=no", "enable_long_queue_ids=yes", "respectful_logging=yes"],
  },
  {
    what: "a log file of its own, and another name in it",
    main: ["maillog_file=/var/log/postfix.log", "syslog_name=mx1"],
  },
  { what: "another name in the log alone", main: ["syslog_name=mail/$service_name", "syslog_facility=local3"] },
  {
    what: "classes of restrictions, and addresses that are verified",
    main: [
      "smtpd_restriction_classes=greylist, local_only",
      "greylist=check_policy_service inet:127.0.0.1:10023",
      "local_only=check_recipient_access inline:{localhost=OK}, reject",
      "smtpd_recipient_restrictions=permit_mynetworks, reject_unauth_destination, reject_unverified_recipient, greylist",
      "unverified_recipient_reject_code=550",
      "address_verify_map=btree:$data_directory/verify",
    ],
  },
  {
    what: "domains of a realm, and accounts without one",
    main: [
      "smtpd_sasl_local_domain=$myhostname",
      "broken_sasl_auth_clients=yes",
      "smtpd_sasl_authenticated_header=yes",
    ],
  },
  {
    what: "nothing after DATA too early, no bare newlines",
    main: [
      "smtpd_data_restrictions=reject_unauth_pipelining, reject_multi_recipient_bounce",
      "smtpd_forbid_unauth_pipelining=yes",
    ],
  },
  {
    what: "a host name that is no full one",
    main: ["myhostname=localhost", "mydestination=localhost", "myorigin=localhost"],
  },
  {
    what: "destinations in a file",
    set: "printf 'localhost\\nexample.com\\n' > /etc/postfix/here",
    main: ["mydestination=/etc/postfix/here"],
  },
  {
    what: "tables of a kind whose package is missing",
    main: ["virtual_alias_maps=mysql:/etc/postfix/virtual.mysql"],
    warns: /cannot send/,
    recipientCode: 451,
  },
];
