// The inputs of SaslMailHost as a Pulumi program writes them.
import type * as pulumi from "@pulumi/pulumi";
import type { LimitArgs } from "../resources/postfix/limits.ts";
import type { LdapInputs } from "../resources/saslauthd/ldap-settings.ts";
import type { RimapInputs } from "../resources/saslauthd/rimap-settings.ts";
import type { ConnectionArgs } from "./connection.ts";
import type { TlsArgs } from "./tls-args.ts";

/** One of the `accounts` of SaslMailHost: a MailAccount. */
export interface AccountArgs {
  /** The login name. */
  name: string;
  /** At most 256 bytes in one line, the limit of saslauthd. Kept as a secret. */
  password: pulumi.Input<string>;
  /** "system": a user of the host. "sasldb": an entry in /etc/sasldb2. Default "system". */
  store?: "system" | "sasldb" | undefined;
  /**
   * Only for sasldb: the part of the login after the at sign. Default: `smtpd_sasl_local_domain` of
   * `options` or of main.cf, and where it is not set the host's name (uname -n).
   */
  realm?: string | undefined;
  /** Every login with it is refused, whatever the password. Default false. */
  locked?: boolean | undefined;
  /** Take over an existing account; without it such an account is refused. Default false. */
  adopt?: boolean | undefined;
  /**
   * Only for system: the login shell. Default: /usr/sbin/nologin, and for an adopted account its
   * present one.
   */
  shell?: string | undefined;
}

/** The inputs of SaslMailHost. */
export interface SaslMailHostArgs {
  /** How the host is reached. */
  connection: pulumi.Input<ConnectionArgs>;
  /**
   * The host's name in the stack's configuration, where it has one: see `hostName` of the
   * resources.
   */
  hostName?: string | undefined;
  /**
   * A stack ("project/stack") that transfers this host to this one: see `takeOverFrom` of the
   * resources.
   */
  takeOverFrom?: string | undefined;
  /**
   * TLS on 465 and 587, with a certificate from one of three sources. Without it Postfix ends
   * stopped: see `finalState`. Default: no TLS.
   */
  tls?: TlsArgs | undefined;
  /**
   * Port 465: TLS from the first byte (RFC 8314), or clear text without `tls`. Default true.
   */
  smtps?: boolean | undefined;
  /**
   * Port 587: STARTTLS, without which no login and no mail is accepted there. Needs `tls`. Default
   * false.
   */
  submission?: boolean | undefined;
  /**
   * The limits for one client on these ports before it is slowed down. Default: those of LimitArgs.
   */
  limits?: LimitArgs | undefined;
  /** The login that proves the result. Without a password saslauthd must refuse an invented one. */
  proof?:
    | {
        /** A mail user of the host. */
        username?: pulumi.Input<string> | undefined;
        /** Sent only inside the SMTP dialogue, which travels through SSH. Kept as a secret. */
        password?: pulumi.Input<string> | undefined;
      }
    | undefined;
  /**
   * The state of Postfix after the run and after a reboot. Default: "running" with TLS or with
   * `allowCleartext`, else "stopped"; the default "stopped" warns, and does not stop a Postfix that
   * is in use: that needs an explicit "stopped".
   */
  finalState?: "running" | "stopped" | undefined;
  /** Leave Postfix running although passwords cross the network in clear text. Default false. */
  allowCleartext?: boolean | undefined;
  /** The source of users and passwords: saslauthd's -a. Default "pam". */
  mechanism?: pulumi.Input<"pam" | "shadow" | "getpwent" | "sasldb" | "ldap" | "rimap" | "kerberos5"> | undefined;
  /**
   * saslauthd caches logins for eight hours (-c). Refused with ldap, rimap and kerberos5, where no
   * run could detect that an account was changed. Default: true where the accounts are on the host,
   * else false.
   */
  cache?: pulumi.Input<boolean> | undefined;
  /**
   * Take saslauthd over although another program than Postfix appears to use it: it serves another
   * directory, and with another mechanism, or for another program. Without it such a host is
   * refused before anything is changed. Default false.
   */
  takeOverSaslauthd?: boolean | undefined;
  /**
   * The number of saslauthd's processes (-n); 0 = a new one for each login. Default: the present
   * number on the host, else 5.
   */
  threads?: pulumi.Input<number> | undefined;
  /**
   * Further options of saslauthd(8), each with its value: "-t 600", "-s 1024", "-V", "-l". Default:
   * those that the host already has.
   */
  saslauthdOptions?: pulumi.Input<pulumi.Input<string>[]> | undefined;
  /**
   * The mechanism receives alice@example.org instead of alice (-r). Refused with sasldb. Default
   * false.
   */
  realmInLogin?: pulumi.Input<boolean> | undefined;
  /**
   * The directory server for the mechanism ldap; `bindPassword` belongs to its `bindDn` and is kept
   * as a secret.
   */
  ldap?: (LdapInputs & { bindPassword?: pulumi.Input<string> | undefined }) | undefined;
  /** The IMAP server for the mechanism rimap. */
  rimap?: RimapInputs | undefined;
  /** Accounts that are made for logins only. Default: no accounts. */
  accounts?: AccountArgs[] | undefined;
  /**
   * Whether remote mail clients must be able to reach the ports, verified from the machine that
   * runs Pulumi: "expected" (an unreachable port is a failure), "told" (a warning), "not wanted"
   * (not verified; listening on the loopback alone is correct). Default "expected".
   */
  outside?: pulumi.Input<"expected" | "told" | "not wanted"> | undefined;
  /**
   * Directory of saslauthd's socket, inside Postfix's chroot. Default: var/run/saslauthd in
   * Postfix's queue_directory, which is /var/spool/postfix unless main.cf says otherwise.
   */
  socketDirectory?: pulumi.Input<string> | undefined;
  /**
   * A login may send only as itself, in these domains: alice as alice@DOMAIN, also with an extension
   * (alice+list@DOMAIN). Any other sender is refused with 553, which the proof verifies. It needs
   * Postfix 3.7, so Debian 12 or later. Default: a login may send under any address.
   */
  senderDomains?: string[] | undefined;
  /**
   * Further `-o` settings of the services on 465 and 587, or replacements of the defaults: the
   * settings here override them. Present settings of an entry that do not contradict these inputs
   * stay, whether they are named or not.
   */
  options?: Record<string, pulumi.Input<string>> | undefined;
}
