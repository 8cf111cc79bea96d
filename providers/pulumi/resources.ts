// The resources as a Pulumi program uses them: thin, uniform classes. Meaning and defaults of the
// inputs are documented with their schemas in resources/. Outputs have the names of the inputs,
// plus the results of the run.
import * as pulumi from "@pulumi/pulumi";
import type { groupMemberSchema } from "../resources/accounts/group-member.ts";
import type { mailAccountSchema } from "../resources/accounts/mail-account.ts";
import type { saslPackageSchema } from "../resources/packages/sasl-package.ts";
import type { masterServiceSchema } from "../resources/postfix/master-inputs.ts";
import type { postfixServiceSchema } from "../resources/postfix/postfix-inputs.ts";
import type { smtpdConfSchema } from "../resources/postfix/smtpd-conf.ts";
import type { authProofSchema } from "../resources/proof/auth-proof.ts";
import type { saslauthdServiceSchema } from "../resources/saslauthd/saslauthd-inputs.ts";
import type { statOverrideSchema } from "../resources/saslauthd/stat-override.ts";
import type { tlsCertificateSchema } from "../resources/tls/tls-certificate.ts";
import { type ArgsOf, type CommonArgs, SaslResource } from "./sasl-resource.ts";

/**
 * Debian packages, installed in one apt transaction (apt-get(8)) in any version that Debian has; an
 * installed one is not upgraded. Waits for the locks of apt and dpkg. Destroy purges exactly the
 * packages that its own runs brought, dependencies included, and what the purge leaves behind. One
 * for each host: two of them would share their records.
 */
export class SaslPackage extends SaslResource {
  declare readonly packages: pulumi.Output<string[]>;
  /** Package name → installed version. */
  declare readonly versions: pulumi.Output<Record<string, string>>;
  /** Debian's release: "Debian GNU/Linux 13 (trixie)". */
  declare readonly release: pulumi.Output<string>;
  /**
   * The directory of Postfix's queue, which is the root of its chrooted services (queue_directory,
   * postconf(5)).
   */
  declare readonly queueDirectory: pulumi.Output<string>;

  constructor(name: string, args: ArgsOf<typeof saslPackageSchema>, options?: pulumi.CustomResourceOptions) {
    super("SaslPackage", name, args, ["versions", "release", "queueDirectory"], options);
  }
}

/**
 * The directory of saslauthd's socket, registered with dpkg-statoverride(1) and made, since
 * dpkg-statoverride makes none. Owner, group and mode are compared on the disk and in the
 * registration. saslauthd makes its socket with mode 0777, so only this directory restricts access
 * to it. A user or group that does not exist on the host is an error.
 */
export class StatOverride extends SaslResource {
  declare readonly path: pulumi.Output<string>;
  declare readonly owner: pulumi.Output<string>;
  declare readonly group: pulumi.Output<string>;
  declare readonly mode: pulumi.Output<string>;

  constructor(name: string, args: ArgsOf<typeof statOverrideSchema>, options?: pulumi.CustomResourceOptions) {
    super("StatOverride", name, args, [], options);
  }
}

/**
 * A user's membership of a group (usermod(8)). A running Postfix applies it at its next reload. A
 * user or group that does not exist is an error.
 */
export class GroupMember extends SaslResource {
  declare readonly user: pulumi.Output<string>;
  declare readonly group: pulumi.Output<string>;

  constructor(name: string, args: ArgsOf<typeof groupMemberSchema>, options?: pulumi.CustomResourceOptions) {
    super("GroupMember", name, args, [], options);
  }
}

/**
 * saslauthd(8) with its options in /etc/default/saslauthd, a drop-in for its unit, enabled, and
 * running with exactly these options: the arguments of the process are verified, not only the file.
 * Other daemons on the same socket are ended, and instance files that name it
 * (/etc/default/saslauthd-*) are disabled. It is also restarted after a change that a cached login
 * would hide.
 */
export class SaslauthdService extends SaslResource {
  declare readonly socketDirectory: pulumi.Output<string>;
  declare readonly mechanism: pulumi.Output<string>;
  declare readonly cache: pulumi.Output<boolean>;
  declare readonly realmInLogin: pulumi.Output<boolean>;
  declare readonly threads: pulumi.Output<number | undefined>;
  declare readonly options: pulumi.Output<string[] | undefined>;
  declare readonly dropIn: pulumi.Output<string>;
  declare readonly enabled: pulumi.Output<boolean>;
  declare readonly state: pulumi.Output<string>;

  constructor(name: string, args: ArgsOf<typeof saslauthdServiceSchema>, options?: pulumi.CustomResourceOptions) {
    super("SaslauthdService", name, args, ["ownDropIn"], options);
  }
}

/**
 * The certificate of the TLS ports, from exactly one of three sources: files on the host, PEM, or
 * made on the host. Key, name and dates are checked, by the host's clock, before Postfix loads it.
 * A renewed one is a difference: it is checked, loaded and proved.
 */
export class TlsCertificate extends SaslResource {
  /** Path of the certificate on the host. */
  declare readonly certificateFile: pulumi.Output<string>;
  /** Path of its key on the host; may be the same file. */
  declare readonly keyFile: pulumi.Output<string>;
  /** SHA-256: "AB:CD:…". */
  declare readonly fingerprint: pulumi.Output<string>;
  /** When it expires, in ISO 8601, UTC. */
  declare readonly notAfter: pulumi.Output<string>;
  /** The names and addresses that it is valid for. */
  declare readonly names: pulumi.Output<string[]>;
  /** The certificate and its chain, PEM. */
  declare readonly chain: pulumi.Output<string>;

  constructor(name: string, args: ArgsOf<typeof tlsCertificateSchema>, options?: pulumi.CustomResourceOptions) {
    const key = args.key === undefined ? undefined : pulumi.secret(args.key);
    const reported = ["certificateFile", "keyFile", "fingerprint", "notAfter", "names", "chain"];
    super("TlsCertificate", name, { ...args, key } as CommonArgs, reported, options);
  }
}

/**
 * One entry of /etc/postfix/master.cf (master(5)), compared by meaning. Settings that others have
 * added to it stay, and so does every byte outside it. Refused before the change: a parameter or
 * SASL type that this Postfix does not support, restriction lists that refuse no client, TLS
 * without a certificate, another entry for the same port, and a file that Postfix itself could not
 * read.
 */
export class MasterService extends SaslResource {
  declare readonly service: pulumi.Output<string>;
  declare readonly type: pulumi.Output<string>;
  declare readonly chroot: pulumi.Output<string>;
  declare readonly command: pulumi.Output<string>;
  declare readonly options: pulumi.Output<Record<string, string>>;
  /** `-o` settings of the entry that this program does not manage and that stay: name → value. */
  declare readonly kept: pulumi.Output<Record<string, string>>;

  constructor(name: string, args: ArgsOf<typeof masterServiceSchema>, options?: pulumi.CustomResourceOptions) {
    super("MasterService", name, args, ["kept"], options);
  }
}

/**
 * The SASL application file of smtpd (SASL_README of Postfix): `pwcheck_method` and `mech_list`.
 * Other settings in it stay unchanged. Its folder must exist: it comes with the package postfix.
 */
export class SmtpdConf extends SaslResource {
  declare readonly path: pulumi.Output<string>;
  declare readonly pwcheckMethod: pulumi.Output<string>;
  declare readonly mechList: pulumi.Output<string[]>;

  constructor(name: string, args: ArgsOf<typeof smtpdConfSchema>, options?: pulumi.CustomResourceOptions) {
    super("SmtpdConf", name, args, [], options);
  }
}

/**
 * An account for logins only: a system user without home and shell (useradd(8), user ID from 1000
 * on), or an entry in /etc/sasldb2 (saslpasswd2(8)). Its password is kept as a secret and is never
 * an argument on the host. An existing account is refused unless `adopt` is set; a user ID below
 * 1000 is always refused.
 */
export class MailAccount extends SaslResource {
  declare readonly name: pulumi.Output<string>;
  declare readonly store: pulumi.Output<string>;
  declare readonly locked: pulumi.Output<boolean>;
  /** The user name to enter in a mail program. */
  declare readonly login: pulumi.Output<string>;

  constructor(name: string, args: ArgsOf<typeof mailAccountSchema>, options?: pulumi.CustomResourceOptions) {
    super("MailAccount", name, args, ["login"], options);
  }
}

/**
 * Postfix running with the configuration on the disk and answering, or stopped. `postfix check`,
 * then a reload (a start where it is stopped), then a read of the banners. Refused: a port that
 * another program holds, a Postfix left running with AUTH in clear text, and one in use that would
 * be stopped although `mayStop` is false. A change on the disk since the last reload is a
 * difference. One for each host.
 */
export class PostfixService extends SaslResource {
  declare readonly state: pulumi.Output<string>;
  declare readonly enabled: pulumi.Output<boolean>;

  constructor(name: string, args: ArgsOf<typeof postfixServiceSchema>, options?: pulumi.CustomResourceOptions) {
    super("PostfixService", name, args, ["loaded", "leftStopped"], options);
  }
}

/**
 * Listening ports, and a real login on each of those with AUTH, from the host itself, through SSH.
 * A stopped Postfix is started temporarily and stopped again. The proof runs when something that it
 * covers has changed, also manually or by an upgrade of the packages, and not on a mere refresh.
 * Fails on any answer but 235 (without a password: 535), on an invalid certificate, on AUTH offered
 * where it must not be, and on an open relay on port 25. One for each host.
 */
export class AuthProof extends SaslResource {
  declare readonly port: pulumi.Output<number>;
  /** The SMTP dialogue, without secrets. */
  declare readonly transcript: pulumi.Output<string[]>;
  /** When the proof was made, in ISO 8601, UTC. */
  declare readonly provedAt: pulumi.Output<string>;
  /** The server's answer to the login: "235 2.7.0 Authentication successful". */
  declare readonly reply: pulumi.Output<string>;
  /** The mechanisms that EHLO offered. */
  declare readonly offered: pulumi.Output<string[]>;
  /** The evidence that saslauthd answered, for each port: its own log rows. */
  declare readonly answeredBy: pulumi.Output<string[]>;
  /**
   * What the host's own restriction lists refuse after the login, each with the list, and what could
   * not be seen; empty where a user can send.
   */
  declare readonly refusedAfterLogin: pulumi.Output<string[]>;
  /** The result of a connection to each port from the machine that runs Pulumi. */
  declare readonly fromOutside: pulumi.Output<string[]>;
  /** Why a port cannot be reached from outside, where that is no failure (`outside`). */
  declare readonly unreachable: pulumi.Output<string[]>;
  /** Ports that were observed listening. */
  declare readonly seenListening: pulumi.Output<number[]>;
  /** When the certificate that the server showed expires, in ISO 8601, UTC; absent without TLS. */
  declare readonly certificateExpires: pulumi.Output<string | undefined>;
  /**
   * What happens to an unauthenticated client's mail to other domains on port 25, by main.cf and
   * master.cf: "refused: …", or "not decided by reading: …".
   */
  declare readonly strangers: pulumi.Output<string>;

  constructor(name: string, args: ArgsOf<typeof authProofSchema>, options?: pulumi.CustomResourceOptions) {
    const login = ["transcript", "provedAt", "reply", "offered", "answeredBy", "seenListening", "certificateExpires"];
    const after = ["refusedAfterLogin", "fromOutside", "unreachable"];
    super("AuthProof", name, args, [...login, ...after, "strangers", "covered"], options);
  }
}
