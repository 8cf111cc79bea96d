// The resources as a Pulumi program sees them: thin classes, all the same. Meaning and defaults of the inputs stand with
// their schemas in resources/; outputs have the names of the inputs, plus what the run reported.
import * as pulumi from "@pulumi/pulumi";
import type { ZodObject, z } from "zod";
import type { authProofSchema } from "../resources/auth-proof.ts";
import { definitionOf, type Kind } from "../resources/catalogue.ts";
import type { groupMemberSchema } from "../resources/group-member.ts";
import type { mailAccountSchema } from "../resources/mail-account.ts";
import type { masterServiceSchema } from "../resources/master-service.ts";
import type { postfixServiceSchema } from "../resources/postfix-service.ts";
import type { saslPackageSchema } from "../resources/sasl-package.ts";
import type { saslauthdServiceSchema } from "../resources/saslauthd-service.ts";
import type { smtpdConfSchema } from "../resources/smtpd-conf.ts";
import type { statOverrideSchema } from "../resources/stat-override.ts";
import type { tlsCertificateSchema } from "../resources/tls-certificate.ts";
import { type ConnectionArgs, withSecrets } from "./connection.ts";
import { withDefaults } from "./defaults.ts";
import { stubOf } from "./stub.ts";

/** The inputs of a schema, each of them a plain value or an output of another resource, and the connection. */
export type ArgsOf<Schema extends ZodObject> = {
  [Name in keyof z.input<Schema>]: InputOf<z.input<Schema>[Name]>;
} & CommonArgs;

/** Inputs that every resource has beside its own: how the host is reached and changed. A change of `connection` alone changes nothing on the host. */
export interface CommonArgs {
  /** How the host is reached. Host keys are always verified. */
  connection: pulumi.Input<ConnectionArgs>;
  /**
   * Keep on the host what undoes each change until a PostfixService or AuthProof of the same run has proved the result, and put
   * everything back when that fails. SaslMailHost sets it. Default false.
   */
  transaction?: boolean | undefined;
  /**
   * The host's name in the stack's configuration (`hosts[].name`). A refresh or destroy that runs the program then uses the connection
   * that stands there today, not the one of the last `up`.
   */
  hostName?: string | undefined;
  /**
   * A stack ("project/stack") that gives the resource away to this one. Without it a resource that another stack keeps on the host is
   * refused.
   */
  takeOverFrom?: string | undefined;
}

type InputOf<Value> =
  | pulumi.Input<Value extends object ? { [Name in keyof Value]: InputOf<Value[Name]> } : Value>
  | undefined;

/** A dynamic resource as the SDK's own class makes it, but for the text of the provider: see stub.ts. */
export abstract class SaslResource extends pulumi.CustomResource {
  /** When this program last changed something of it on the host, in ISO 8601, UTC; "never by this program" where it was found right. */
  declare readonly changedAt: pulumi.Output<string>;

  constructor(
    kind: Kind,
    name: string,
    args: CommonArgs,
    reported: readonly string[],
    options?: pulumi.CustomResourceOptions,
  ) {
    const { schema, secrets = [], secretBefore = false } = definitionOf(kind);
    const type = `pulumi-nodejs:dynamic/sasl:${kind}`;
    // an output exists for the program only if its name is among the properties
    const outputs = Object.fromEntries(
      [...Object.keys(schema.shape), ...reported, "changedAt"].map((output) => [output, undefined]),
    );
    const given = args as unknown as Record<string, unknown>;
    const hidden = secrets.filter((input) => given[input] !== undefined);
    const inputs = withDefaults(schema, {
      ...outputs,
      ...args,
      // whether the program did so or not
      ...Object.fromEntries(hidden.map((input) => [input, pulumi.secret(given[input])])),
      connection: withSecrets(args.connection),
      transaction: args.transaction ?? false,
      resourceUrn: pulumi.createUrn(name, type, urnOf(options?.parent)),
    });
    const additionalSecretOutputs = [...(options?.additionalSecretOutputs ?? []), ...(secretBefore ? ["before"] : [])];
    super(type, name, { ...inputs, __provider: stubOf(kind) }, { ...options, additionalSecretOutputs });
  }
}

/** As a promise, which carries no dependency: a part that depends on its own component would wait for itself. */
function urnOf(parent: pulumi.Resource | undefined): Promise<string> | undefined {
  return parent === undefined ? undefined : new Promise((resolve) => void parent.urn.apply(resolve));
}

/**
 * Step 1: Debian packages, installed in one apt transaction (apt-get(8)) in any version that Debian has; one that is there is not upgraded.
 * Waits for the locks of apt and dpkg. Destroy purges exactly the packages that its own runs brought, dependencies included, and what
 * purging leaves behind. One for each host: two of them would share what is remembered.
 */
export class SaslPackage extends SaslResource {
  declare readonly packages: pulumi.Output<string[]>;
  /** Package name → installed version. */
  declare readonly versions: pulumi.Output<Record<string, string>>;
  /** Debian's release: "Debian GNU/Linux 13 (trixie)". */
  declare readonly release: pulumi.Output<string>;
  /** The directory of Postfix's queue, in which its chrooted services are (queue_directory, postconf(5)). */
  declare readonly queueDirectory: pulumi.Output<string>;

  constructor(name: string, args: ArgsOf<typeof saslPackageSchema>, options?: pulumi.CustomResourceOptions) {
    super("SaslPackage", name, args, ["versions", "release", "queueDirectory"], options);
  }
}

/**
 * Step 2: the directory of saslauthd's socket, registered with dpkg-statoverride(1) and made, since dpkg-statoverride makes none. Owner,
 * group and mode are compared on the disk and in the registration. saslauthd makes its socket with mode 0777, so this directory is the
 * only door to it. A user or group that is not on the host is an error.
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

/** Step 3: a user's membership of a group (usermod(8)). The running Postfix takes it up at its next reload. A user or group that is not there is an error. */
export class GroupMember extends SaslResource {
  declare readonly user: pulumi.Output<string>;
  declare readonly group: pulumi.Output<string>;

  constructor(name: string, args: ArgsOf<typeof groupMemberSchema>, options?: pulumi.CustomResourceOptions) {
    super("GroupMember", name, args, [], options);
  }
}

/**
 * Steps 4 and 5: saslauthd(8) with its options in /etc/default/saslauthd, a drop-in for its unit, enabled, and running with just these
 * options: the arguments of the process are looked at, not only the file. Other daemons on the same socket are ended, and instance
 * files that name it (/etc/default/saslauthd-*) put out of use. It is restarted too when something changed that a remembered login
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
 * The certificate of the TLS ports, from exactly one of three sources: files on the host, PEM, or made on the host. Key, name and dates are
 * checked by the clock of the host before Postfix gets to see it. A renewed one is a difference: it is checked, loaded and proved.
 */
export class TlsCertificate extends SaslResource {
  /** Where it is on the host. */
  declare readonly certificateFile: pulumi.Output<string>;
  /** Where its key is on the host; may be the same file. */
  declare readonly keyFile: pulumi.Output<string>;
  /** SHA-256: "AB:CD:…". */
  declare readonly fingerprint: pulumi.Output<string>;
  /** When it runs out, in ISO 8601, UTC. */
  declare readonly notAfter: pulumi.Output<string>;
  /** The names and addresses that it holds for. */
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
 * Step 6: one entry of /etc/postfix/master.cf (master(5)), compared by meaning; settings that others have put into it stay, and so does
 * every byte outside of it. Refused before the change: a parameter or SASL type that this Postfix does not know, restriction lists that refuse nobody, TLS
 * without a certificate, another entry for the same port, and a file that Postfix itself could not read.
 */
export class MasterService extends SaslResource {
  declare readonly service: pulumi.Output<string>;
  declare readonly type: pulumi.Output<string>;
  declare readonly chroot: pulumi.Output<string>;
  declare readonly command: pulumi.Output<string>;
  declare readonly options: pulumi.Output<Record<string, string>>;
  /** `-o` settings of the entry that are not ours and stay: name → value. */
  declare readonly kept: pulumi.Output<Record<string, string>>;

  constructor(name: string, args: ArgsOf<typeof masterServiceSchema>, options?: pulumi.CustomResourceOptions) {
    super("MasterService", name, args, ["kept"], options);
  }
}

/**
 * Step 7: the SASL application file of smtpd (SASL_README of Postfix): `pwcheck_method` and `mech_list`. Other settings in it are left alone.
 * Its folder must be there: it comes with the package postfix.
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
 * An account for logins only: a system user without home and shell (useradd(8), user ID from 1000 on), or an entry in /etc/sasldb2
 * (saslpasswd2(8)). Its password is kept as a secret and is never an argument on the host. An account that was there is refused unless
 * `adopt` is set; a user ID below 1000 always is.
 */
export class MailAccount extends SaslResource {
  declare readonly name: pulumi.Output<string>;
  declare readonly store: pulumi.Output<string>;
  declare readonly locked: pulumi.Output<boolean>;
  /** What a mail program has to give as user name. */
  declare readonly login: pulumi.Output<string>;

  constructor(name: string, args: ArgsOf<typeof mailAccountSchema>, options?: pulumi.CustomResourceOptions) {
    super("MailAccount", name, args, ["login"], options);
  }
}

/**
 * Steps 8 and 11: Postfix running with what is on the disk and seen to answer, or stopped. `postfix check`, then a reload (a start where it
 * is stopped), then a look at the banners. Refused: a port that another program holds, a Postfix left running with AUTH in clear text, and one
 * in use that would be stopped although `mayStop` is false.
 * What changed on the disk since the last reload is a difference. One for each host.
 */
export class PostfixService extends SaslResource {
  declare readonly state: pulumi.Output<string>;
  declare readonly enabled: pulumi.Output<boolean>;

  constructor(name: string, args: ArgsOf<typeof postfixServiceSchema>, options?: pulumi.CustomResourceOptions) {
    super("PostfixService", name, args, ["loaded", "leftStopped"], options);
  }
}

/**
 * Steps 9 and 10: listening ports and a real login on each of them, spoken through SSH with the host's own loopback. A Postfix that is
 * stopped is started for it and stopped again. It is made when something changed that it covers, also by hand or by an upgrade of the
 * packages, and not by a mere refresh. Fails on any answer but 235 (without a password: 535), on a certificate that does not hold, on AUTH
 * offered where it must not be, and on an open relay on port 25. One for each host.
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
  /** How it is known that saslauthd answered, for each port: its own words in the log. */
  declare readonly answeredBy: pulumi.Output<string[]>;
  /** What the host's own lists say no to after the login, with the list that said it; empty where a user can send. */
  declare readonly refusedAfterLogin: pulumi.Output<string[]>;
  /** What a look from the machine that runs Pulumi found at each port. */
  declare readonly fromOutside: pulumi.Output<string[]>;
  /** Why nobody outside reaches a port, where that is no failure (`outside`). */
  declare readonly unreachable: pulumi.Output<string[]>;
  /** Ports that were seen listening. */
  declare readonly seenListening: pulumi.Output<number[]>;
  /** When the certificate runs out that was shown, in ISO 8601, UTC; nothing without TLS. */
  declare readonly certificateExpires: pulumi.Output<string | undefined>;
  /** What becomes of a stranger's mail to elsewhere on port 25, as main.cf and master.cf say: "refused: …", or "not decided by reading: …". */
  declare readonly strangers: pulumi.Output<string>;

  constructor(name: string, args: ArgsOf<typeof authProofSchema>, options?: pulumi.CustomResourceOptions) {
    const login = ["transcript", "provedAt", "reply", "offered", "answeredBy", "seenListening", "certificateExpires"];
    const after = ["refusedAfterLogin", "fromOutside", "unreachable"];
    super("AuthProof", name, args, [...login, ...after, "strangers", "covered"], options);
  }
}
