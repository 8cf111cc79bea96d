// Filters and policies beside Postfix, as their own pages say that they are added. Most are not running here, as on a host where somebody
// stopped them: what Postfix does then is what each page chose.
import type { SetUp } from "./set-up.ts";

const reinjection = `127.0.0.1:10025 inet n - n - - smtpd
  -o content_filter=
  -o mynetworks=127.0.0.0/8
  -o smtpd_delay_reject=no
  -o smtpd_client_restrictions=permit_mynetworks,reject
  -o smtpd_helo_restrictions=
  -o smtpd_sender_restrictions=
  -o smtpd_recipient_restrictions=permit_mynetworks,reject
  -o smtpd_relay_restrictions=
  -o smtpd_end_of_data_restrictions=
  -o receive_override_options=no_header_body_checks,no_unknown_recipient_checks,no_milters`;

/** What answers in the place of a filter that takes mail by SMTP, smtp-sink(1). */
const sink = (port: number) =>
  `install -d -o nobody /srv/sink; setsid smtp-sink -u nobody 127.0.0.1:${port} 100 </dev/null >/dev/null 2>&1 & sleep 0.3`;

export const filters: readonly SetUp[] = [
  {
    what: "amavis after the queue",
    main: ["content_filter=smtp-amavis:[127.0.0.1]:10024"],
    master: `smtp-amavis unix - - y - 2 smtp
  -o smtp_data_done_timeout=1200
  -o smtp_send_xforward_command=yes
  -o disable_dns_lookups=yes
${reinjection}`,
  },
  {
    what: "a filter before the queue on port 25",
    set: `${sink(10026)}; postconf -M -e 'smtp/inet=smtp inet n - y - 20 smtpd -o smtpd_proxy_filter=127.0.0.1:10026 -o smtpd_client_connection_count_limit=10'`,
    master: reinjection,
  },
  {
    what: "a filter before the queue for all, in main.cf",
    set: sink(10027),
    main: ["smtpd_proxy_filter=127.0.0.1:10027", "smtpd_proxy_options=speed_adjust"],
    master: reinjection,
  },
  {
    what: "SpamAssassin through a pipe on port 25",
    set: "postconf -M -e 'smtp/inet=smtp inet n - y - - smtpd -o content_filter=spamassassin'",
    master: `spamassassin unix - n n - - pipe
  user=nobody argv=/usr/bin/spamc -f -e /usr/sbin/sendmail -oi -f \${sender} \${recipient}`,
  },
  {
    what: "rspamd as a milter that may be away",
    main: [
      "smtpd_milters=inet:127.0.0.1:11332",
      "non_smtpd_milters=inet:127.0.0.1:11332",
      "milter_protocol=6",
      "milter_default_action=accept",
      "milter_mail_macros=i {mail_addr} {client_addr} {client_name} {auth_authen}",
    ],
  },
  {
    what: "OpenDKIM on a socket in the chroot",
    main: [
      "smtpd_milters=unix:opendkim/opendkim.sock",
      "non_smtpd_milters=$smtpd_milters",
      "milter_default_action=accept",
    ],
  },
  {
    what: "a milter that must be there, and is not",
    main: ["smtpd_milters=inet:127.0.0.1:11333", "milter_default_action=tempfail"],
    refused: /the milter inet:127.0.0.1:11333 does not answer Postfix/,
  },
  {
    what: "postgrey for mail from outside",
    main: [
      "smtpd_recipient_restrictions=permit_mynetworks, reject_unauth_destination, check_policy_service inet:127.0.0.1:10023",
    ],
  },
  {
    what: "SPF by policyd",
    main: [
      "policyd-spf_time_limit=3600",
      "smtpd_recipient_restrictions=permit_mynetworks, permit_sasl_authenticated, reject_unauth_destination, check_policy_service unix:private/policyd-spf",
    ],
    master: "policyd-spf unix - n n - 0 spawn\n  user=nobody argv=/usr/bin/policyd-spf",
  },
  {
    what: "lists of senders known for spam",
    main: [
      "smtpd_client_restrictions=permit_mynetworks, reject_rbl_client zen.spamhaus.org, reject_unknown_reverse_client_hostname",
      "smtpd_sender_restrictions=reject_rhsbl_sender dbl.spamhaus.org",
      "rbl_reply_maps=hash:/etc/postfix/rbl",
    ],
    set: "touch /etc/postfix/rbl; postmap /etc/postfix/rbl 2>/dev/null",
  },
  {
    what: "checks of headers and of bodies",
    set: `printf '/^X-Spam-Flag: YES/ HOLD\\n' > /etc/postfix/header_checks`,
    main: [
      "header_checks=regexp:/etc/postfix/header_checks",
      "body_checks=regexp:/etc/postfix/header_checks",
      "mime_header_checks=regexp:/etc/postfix/header_checks",
      "receive_override_options=",
    ],
  },
  {
    what: "a policy at the end of the data that nobody answers",
    main: ["smtpd_end_of_data_restrictions=check_policy_service inet:127.0.0.1:10031"],
    messageCode: 451,
  },
];
