// Entries of master.cf that serve the ports for logins, or stand beside them.
import type { SetUp } from "./set-up.ts";

const switchedOn = (service: string) =>
  `sed -i '/^#${service} /,/^#[a-z0-9]/ { /^#${service} /s/^#//; /^#  *-o /s/^#// }' /etc/postfix/master.cf; postconf -M ${service}/inet | grep -q smtpd`;

export const entries: readonly SetUp[] = [
  {
    what: "Debian's own entry for 587, switched on",
    set: switchedOn("submission"),
    main: ["smtpd_tls_security_level=may"],
  },
  {
    what: "an entry for 587 with lists of its own in main.cf",
    main: [
      "mua_client_restrictions=permit_sasl_authenticated, reject",
      "mua_sender_restrictions=permit_sasl_authenticated, reject",
      "mua_helo_restrictions=permit_mynetworks, permit",
    ],
    master: `submission inet n - y - - smtpd
  -o syslog_name=postfix/submission
  -o smtpd_tls_security_level=encrypt
  -o smtpd_sasl_auth_enable=yes
  -o smtpd_client_restrictions=$mua_client_restrictions
  -o smtpd_helo_restrictions=$mua_helo_restrictions
  -o smtpd_sender_restrictions=$mua_sender_restrictions
  -o smtpd_recipient_restrictions=
  -o smtpd_relay_restrictions=permit_sasl_authenticated,reject
  -o milter_macro_daemon_name=ORIGINATING`,
  },
  {
    what: "entries of 465 and 587 that sign and clean what people send",
    master: `subcleanup unix n - - - 0 cleanup
  -o header_checks=
submissions inet n - y - - smtpd
  -o syslog_name=postfix/smtps
  -o smtpd_tls_wrappermode=yes
  -o smtpd_sasl_auth_enable=yes
  -o cleanup_service_name=subcleanup
  -o milter_macro_daemon_name=ORIGINATING
  -o { smtpd_recipient_restrictions = permit_sasl_authenticated, reject }
587 inet n - y - - smtpd
  -o syslog_name=postfix/submission
  -o smtpd_tls_security_level=encrypt
  -o smtpd_sasl_auth_enable=yes
  -o cleanup_service_name=subcleanup`,
  },
  {
    what: "a port for people whose network blocks 587",
    main: ["smtpd_tls_security_level=may"],
    master: "2525 inet n - y - - smtpd\n  -o smtpd_tls_security_level=may\n  -o smtpd_client_connection_count_limit=5",
  },
  {
    what: "one smtpd for each address, port 25 alone",
    set: "postconf -M# smtp/inet",
    master: `ADDRESS:smtp inet n - y - - smtpd
  -o myhostname=mx.example.com
127.0.0.1:smtp inet n - y - - smtpd
  -o smtpd_client_restrictions=permit_mynetworks,reject`,
  },
  { what: "no chroot anywhere", set: "postconf -F '*/*/chroot=n'" },
  {
    what: "all in the chroot that may be",
    set: "postconf -F 'smtp/inet/chroot=y' 'cleanup/unix/chroot=y' 'qmgr/unix/chroot=n'",
  },
  { what: "IPv4 alone, on every address", main: ["inet_protocols=ipv4", "inet_interfaces=127.0.0.1, ADDRESS"] },
  {
    what: "smtpd with a lot to say",
    set: "postconf -M -e 'smtp/inet=smtp inet n - y - - smtpd -v -o stress= -o smtpd_timeout=60s'",
  },
  {
    what: "data in another place",
    set: "mkdir -p /srv/mail/data; chown postfix /srv/mail/data",
    main: ["data_directory=/srv/mail/data", "mail_spool_directory=/srv/mail"],
  },
];
