// What Postfix is there for: the five kinds of Debian's installation, the roles of STANDARD_CONFIGURATION_README, and hosted domains.
import type { SetUp } from "./set-up.ts";

const table = (name: string, rows: string) =>
  `printf '${rows}' > /etc/postfix/${name}; postmap /etc/postfix/${name} 2>/dev/null || :`;

export const roles: readonly SetUp[] = [
  { what: "an internet site as Debian makes it" },
  {
    what: "a satellite that gives all mail to a smarthost",
    main: ["relayhost=[192.0.2.25]", "inet_interfaces=loopback-only", "mydestination=$myhostname, localhost"],
    inside: true,
  },
  {
    what: "an internet site that sends through a smarthost with a login",
    set: table("sasl_passwd", "[smtp.example.org]:587 mx:secret\\n"),
    main: [
      "relayhost=[smtp.example.org]:587",
      "smtp_sasl_auth_enable=yes",
      "smtp_sasl_password_maps=hash:/etc/postfix/sasl_passwd",
      "smtp_sasl_security_options=noanonymous",
      "smtp_tls_security_level=encrypt",
      "smtp_tls_CAfile=/etc/ssl/certs/ca-certificates.crt",
    ],
  },
  {
    what: "a null client",
    main: [
      "inet_interfaces=loopback-only",
      "mydestination=",
      "relayhost=$mydomain",
      "local_transport=error:local delivery is disabled",
    ],
    inside: true,
  },
  {
    what: "a null client that anybody can reach",
    main: ["mydestination=", "relayhost=[192.0.2.25]", "local_transport=error:local delivery is disabled"],
    to: "somebody@example.net",
  },
  {
    what: "a hub of a local network",
    set: table("transport", "inner.example.com smtp:[192.0.2.26]\\n"),
    main: [
      "mynetworks=127.0.0.0/8, 10.0.0.0/8, 192.168.0.0/16",
      "relay_domains=$mydestination, inner.example.com",
      "transport_maps=hash:/etc/postfix/transport",
      "masquerade_domains=example.com",
    ],
    to: "somebody@inner.example.com",
  },
  {
    what: "a firewall that passes mail inward and keeps none",
    set: `${table("transport", "example.com smtp:[192.0.2.26]\\n")}; ${table("relay_recipients", "info@example.com x\\n")}`,
    main: [
      "myorigin=example.com",
      "mydestination=",
      "local_recipient_maps=",
      "local_transport=error:local mail delivery is disabled",
      "relay_domains=example.com",
      "parent_domain_matches_subdomains=debug_peer_list,smtpd_access_maps",
      "smtpd_recipient_restrictions=permit_mynetworks,reject_unauth_destination",
      "transport_maps=hash:/etc/postfix/transport",
      "relay_recipient_maps=hash:/etc/postfix/relay_recipients",
    ],
    to: "info@example.com",
  },
  {
    what: "a backup MX",
    main: [
      "relay_domains=$mydestination, backup.example",
      "permit_mx_backup_networks=192.0.2.0/24",
      "smtpd_recipient_restrictions=permit_mynetworks,permit_mx_backup,reject_unauth_destination",
      "maximal_queue_lifetime=30d",
    ],
    to: "somebody@backup.example",
  },
  {
    what: "virtual alias domains",
    set: table("virtual", "hosted.example anything\\ninfo@hosted.example alice\\n@all.example alice\\n"),
    main: ["virtual_alias_domains=hosted.example, all.example", "virtual_alias_maps=hash:/etc/postfix/virtual"],
    to: "info@hosted.example",
  },
  {
    what: "virtual mailboxes",
    set: `mkdir -p /srv/vhosts; chown 5000:5000 /srv/vhosts; ${table("vmailbox", "info@box.example box.example/info/\\n")}`,
    main: [
      "virtual_mailbox_domains=box.example",
      "virtual_mailbox_base=/srv/vhosts",
      "virtual_mailbox_maps=hash:/etc/postfix/vmailbox",
      "virtual_minimum_uid=100",
      "virtual_uid_maps=static:5000",
      "virtual_gid_maps=static:5000",
    ],
    to: "info@box.example",
  },
  {
    what: "virtual domains that Dovecot delivers and authenticates",
    main: [
      "virtual_mailbox_domains=box.example",
      "virtual_mailbox_maps=static:yes",
      "virtual_transport=lmtp:unix:private/dovecot-lmtp",
      "smtpd_sasl_type=dovecot",
      "smtpd_sasl_path=private/auth",
      "smtpd_tls_auth_only=yes",
    ],
    to: "info@box.example",
  },
  {
    what: "mailboxes of Cyrus IMAP",
    main: ["mailbox_transport=lmtp:unix:/run/cyrus/socket/lmtp", "local_recipient_maps=", "home_mailbox="],
  },
  {
    what: "mailboxes in home folders, by procmail where there is one",
    main: ["home_mailbox=Maildir/", 'mailbox_command=test -x /usr/bin/procmail && exec procmail -a "$EXTENSION"'],
  },
  {
    what: "Mailman 3 with its tables",
    main: [
      "owner_request_special=no",
      "recipient_delimiter=+",
      "unknown_local_recipient_reject_code=550",
      "transport_maps=hash:/etc/postfix/transport",
      "local_recipient_maps=proxy:unix:passwd.byname $alias_maps hash:/etc/postfix/transport",
    ],
    set: table("transport", "list@localhost lmtp:[127.0.0.1]:8024\\n"),
    master: `mailman unix - n n - - pipe
  flags=FRX user=list argv=/usr/lib/mailman/bin/postfix-to-mailman.py
  \${nexthop} \${user}`,
  },
  {
    what: "senders with relays of their own, addresses rewritten on the way",
    set: `${table("bysender", "@example.org [192.0.2.30]\\n")}; ${table("canonical", "alice alice@example.org\\n")}`,
    main: [
      "sender_dependent_relayhost_maps=hash:/etc/postfix/bysender",
      "sender_canonical_maps=hash:/etc/postfix/canonical",
      "smtp_bind_address=ADDRESS",
      "always_bcc=archive@localhost",
      "alias_maps=hash:/etc/aliases, static:root",
    ],
  },
];
