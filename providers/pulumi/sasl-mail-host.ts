// The component: all steps of the procedure for one host, in their order, with the proof at the
// end.
import * as pulumi from "@pulumi/pulumi";
import { socketsIn } from "../resources/packages/sasl-package.ts";
import type { LimitArgs } from "../resources/postfix/limits.ts";
import type { LdapInputs } from "../resources/saslauthd/ldap-settings.ts";
import type { RimapInputs } from "../resources/saslauthd/rimap-settings.ts";
import type { ConnectionArgs } from "./connection.ts";
import {
  certificateInputs,
  endsStopped,
  firstOptions,
  packagesFor,
  postfixInputs,
  serviceOptions,
  type TlsArgs,
  wrongPorts,
} from "./mail-services.ts";
import {
  AuthProof,
  GroupMember,
  MailAccount,
  MasterService,
  PostfixService,
  SaslauthdService,
  SaslPackage,
  type SaslResource,
  SmtpdConf,
  StatOverride,
  TlsCertificate,
} from "./resources.ts";
import { warnOfUnproved } from "./unproved.ts";

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
   * stopped: see `finalState`. Default: off, as in the original procedure.
   */
  tls?: TlsArgs | undefined;
  /**
   * Port 465: TLS from the first byte (RFC 8314), or clear text without `tls`, as in the original
   * procedure. Default true.
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
  /** The login that proves the result. Without a password saslauthd must refuse a bogus one. */
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
   * Further `-o` settings of the services on 465 and 587, or replacements of the defaults: the
   * settings here override them. Present settings of an entry that do not contradict these inputs
   * stay, whether they are named or not.
   */
  options?: Record<string, pulumi.Input<string>> | undefined;
}

/**
 * One host configured as Postfix with SMTP AUTH through saslauthd and proved by a real login: all
 * of the resources below, in their order, as one transaction. A failure, of the proof above all,
 * rolls back everything that this run changed on the host.
 */
export class SaslMailHost extends pulumi.ComponentResource {
  /** Whether Postfix is "running" or "stopped". */
  readonly state: pulumi.Output<string>;
  /** The SMTP dialogue of the proof, without secrets. */
  readonly transcript: pulumi.Output<string[]>;
  /** When the proof was made, in ISO 8601, UTC. */
  readonly provedAt: pulumi.Output<string>;
  /** Package name → installed version. */
  readonly versions: pulumi.Output<Record<string, string>>;
  /** Debian's release: "Debian GNU/Linux 13 (trixie)". */
  readonly release: pulumi.Output<string>;
  /** Ports that the proof saw listening. */
  readonly ports: pulumi.Output<number[]>;
  /** Mechanisms that EHLO offered in the proof. */
  readonly mechanisms: pulumi.Output<string[]>;
  /** When the certificate expires, in ISO 8601, UTC; absent without TLS. */
  readonly certificateExpires: pulumi.Output<string | undefined>;

  constructor(name: string, args: SaslMailHostArgs, options?: pulumi.ComponentResourceOptions) {
    super("sasl:index:SaslMailHost", name, {}, options);
    const { connection, tls, smtps = true, submission = false, proof, allowCleartext = false } = args;
    const { mechanism, limits = {} } = args;
    const wrong = wrongPorts(tls, smtps, submission);
    if (wrong !== undefined) throw new pulumi.RunError(`${name}: ${wrong}`);
    const ending = postfixInputs(args.finalState, { tls: tls !== undefined, smtps, submission, allowCleartext });
    if (!ending.mayStop) pulumi.log.warn(`${name}: ${endsStopped}`, this);
    const common = { connection, transaction: true, hostName: args.hostName, takeOverFrom: args.takeOverFrom };
    const after = (...dependsOn: pulumi.Resource[]) => ({ parent: this, dependsOn });
    const serverName = tls?.serverName ?? pulumi.output(connection).apply(({ host }) => host);

    const takeOver = args.takeOverSaslauthd ?? false;
    const claim = { socketDirectory: args.socketDirectory, mechanism: mechanism ?? "pam", takeOver };
    const packages = new SaslPackage(
      `${name}-packages`,
      { ...common, packages: packagesFor(tls), saslauthd: claim },
      {
        parent: this,
        // It is read before the first change only; a later change of saslauthd is no change of the
        // packages.
        ignoreChanges: ["saslauthd"],
        // Every other part waits for the packages, since a component does not pass its dependencies
        // on to its parts.
        ...(options?.dependsOn === undefined ? {} : { dependsOn: options.dependsOn }),
      },
    );
    const socketDirectory = args.socketDirectory ?? packages.queueDirectory.apply(socketsIn);
    const directory = new StatOverride(
      `${name}-socket-directory`,
      { ...common, path: socketDirectory },
      after(packages),
    );
    const member = new GroupMember(`${name}-postfix-in-sasl`, { ...common }, after(packages));
    const accounts = (args.accounts ?? []).map((account) => {
      const store = account.store === "sasldb" ? "sasldb-" : "";
      const realm = account.realm === undefined ? "" : `@${account.realm}`;
      return new MailAccount(
        `${name}-account-${store}${account.name}${realm}`,
        { ...common, ...account, ...realmOf(account, args.options) },
        after(packages),
      );
    });
    const { bindPassword, ...ldap } = args.ldap ?? {};
    const saslauthd = new SaslauthdService(
      `${name}-saslauthd`,
      {
        ...common,
        mechanism,
        socketDirectory,
        cache: args.cache,
        takeOver,
        threads: args.threads,
        realmInLogin: args.realmInLogin,
        options: args.saslauthdOptions,
        ldap: args.ldap === undefined ? undefined : (ldap as LdapInputs),
        ldapBindPassword: bindPassword,
        rimap: args.rimap,
      },
      after(directory, ...accounts),
    );
    const certificate =
      tls === undefined
        ? undefined
        : new TlsCertificate(
            `${name}-certificate`,
            { ...common, ...certificateInputs(tls, serverName) },
            after(packages),
          );
    const services = [
      ...(smtps ? [{ service: "smtps", security: tls === undefined ? "none" : "implicit" } as const] : []),
      ...(submission ? [{ service: "submission", security: "starttls" } as const] : []),
    ].map(
      ({ service, security }) =>
        new MasterService(
          `${name}-${service}`,
          {
            ...common,
            service,
            options: serviceOptions(security, tls, limits, args.options),
            initialOptions: firstOptions(service),
          },
          after(packages, ...(certificate === undefined ? [] : [certificate])),
        ),
    );
    const application = new SmtpdConf(`${name}-smtpd-conf`, { ...common }, after(packages));

    const configuration = {
      services: services.map(({ service, chroot, options }) => ({ service, chroot, options })),
      mechanisms: application.mechList,
      group: member.group,
      ...(certificate === undefined ? {} : { certificate: certificate.fingerprint }),
    };
    const postfix = new PostfixService(
      `${name}-postfix`,
      {
        ...common,
        ...ending,
        configuration,
      },
      after(member, saslauthd, ...services, application),
    );
    const before = [packages, directory, member, ...accounts, saslauthd, ...services, application, postfix];
    const parts: SaslResource[] = [...before, ...(certificate === undefined ? [] : [certificate])];
    const authProof = new AuthProof(
      `${name}-proof`,
      {
        ...common,
        port: smtps ? 465 : 587,
        socketDirectory,
        outside: args.outside,
        startTls: submission ? [587] : [],
        noAuth: tls === undefined || tls.allowAuthOnPort25 ? [] : [25],
        username: proof?.username,
        password: proof?.password === undefined ? undefined : pulumi.secret(proof.password),
        tls: tls === undefined || certificate === undefined ? undefined : demand(tls, certificate, serverName),
        expiryWarningDays: tls?.expiryWarningDays,
        covers: {
          ...configuration,
          saslauthd: saslauthd.mechanism,
          socketDirectory: saslauthd.socketDirectory,
          changedAt: parts.map(({ changedAt }) => changedAt),
        },
      },
      after(postfix),
    );

    warnOfUnproved(name, parts, authProof);

    this.state = postfix.state;
    this.transcript = authProof.transcript;
    this.provedAt = authProof.provedAt;
    this.versions = packages.versions;
    this.release = packages.release;
    this.ports = authProof.seenListening;
    this.mechanisms = authProof.offered;
    // Without TLS the output is `undefined` and not unknown, so that a preview shows it too.
    this.certificateExpires = tls === undefined ? pulumi.output(undefined) : authProof.certificateExpires;
    this.registerOutputs({
      state: this.state,
      transcript: this.transcript,
      provedAt: this.provedAt,
      versions: this.versions,
      release: this.release,
      ports: this.ports,
      mechanisms: this.mechanisms,
      certificateExpires: this.certificateExpires,
    });
  }
}

/**
 * The realm of an account: where the services set the realm of a login without one, it is the
 * account's.
 */
function realmOf({ store, realm }: AccountArgs, options: SaslMailHostArgs["options"]) {
  const own = options?.smtpd_sasl_local_domain;
  return store === "sasldb" && realm === undefined && own !== undefined && own !== "" ? { realm: own } : {};
}

/**
 * A self-signed certificate is its own authority: it was read through SSH, from the host whose key
 * was verified.
 */
function demand(tls: TlsArgs, { chain, fingerprint }: TlsCertificate, serverName: pulumi.Input<string>) {
  return { serverName, certificateAuthority: tls.selfSigned ? chain : tls.certificateAuthority, fingerprint };
}
