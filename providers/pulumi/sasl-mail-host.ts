// The component: all steps of the procedure for one host, in their order, with the proof at the end.
import * as pulumi from "@pulumi/pulumi";
import type { ConnectionArgs } from "./connection.ts";
import {
  AuthProof,
  GroupMember,
  MasterService,
  PostfixService,
  SaslauthdService,
  SaslPackage,
  SmtpdConf,
  StatOverride,
} from "./resources.ts";

/** Implicit TLS on port 465 (RFC 8314) with a certificate that is on the host already. */
export interface TlsArgs {
  /** Certificate with its chain, PEM, on the host. */
  certificateFile: pulumi.Input<string>;
  /** Private key, PEM, on the host. */
  keyFile: pulumi.Input<string>;
  /** The name that the certificate must carry. Default: the host of the connection. */
  serverName?: pulumi.Input<string> | undefined;
  /** PEM of the authority that signed it, when that is no public one. */
  certificateAuthority?: pulumi.Input<string> | undefined;
}

export interface SaslMailHostArgs {
  /** How the host is reached. */
  connection: pulumi.Input<ConnectionArgs>;
  /** The host's name in the stack's configuration, where it has one: see `hostName` of the resources. */
  hostName?: string | undefined;
  /** A stack ("project/stack") that gives this host away to this one: see `takeOverFrom` of the resources. */
  takeOverFrom?: string | undefined;
  /** Off by default, as on the page this automates; Postfix then ends stopped. */
  tls?: TlsArgs | undefined;
  /** The login that proves the result. Without a password saslauthd must refuse a bogus one. */
  proof?: { username?: pulumi.Input<string> | undefined; password?: pulumi.Input<string> | undefined } | undefined;
  /** Default: "running" with TLS or with `allowCleartext`, else "stopped". */
  finalState?: "running" | "stopped" | undefined;
  /** Leave Postfix running although passwords cross the network in clear text. Default false. */
  allowCleartext?: boolean | undefined;
  /** How saslauthd checks passwords. Default "pam". */
  mechanism?: pulumi.Input<"pam" | "shadow" | "getpwent" | "sasldb" | "ldap" | "rimap" | "kerberos5"> | undefined;
  /** Directory of saslauthd's socket, inside Postfix's chroot. Default /var/spool/postfix/var/run/saslauthd. */
  socketDirectory?: pulumi.Input<string> | undefined;
  /** Further `-o` settings of the service on port 465, or others in the place of the defaults. */
  options?: Record<string, pulumi.Input<string>> | undefined;
}

export class SaslMailHost extends pulumi.ComponentResource {
  /** "running" or "stopped". */
  readonly state: pulumi.Output<string>;
  /** The SMTP dialogue of the proof, without secrets. */
  readonly transcript: pulumi.Output<string[]>;
  /** When the proof was made. */
  readonly provedAt: pulumi.Output<string>;
  /** Installed packages with their versions. */
  readonly versions: pulumi.Output<Record<string, string>>;

  constructor(name: string, args: SaslMailHostArgs, options?: pulumi.ComponentResourceOptions) {
    super("sasl:index:SaslMailHost", name, {}, options);
    const { connection, tls, proof, allowCleartext = false, mechanism, socketDirectory } = args;
    const finalState = args.finalState ?? (tls !== undefined || allowCleartext ? "running" : "stopped");
    const manner = { connection, transaction: true, hostName: args.hostName, takeOverFrom: args.takeOverFrom };
    const after = (...dependsOn: pulumi.Resource[]) => ({ parent: this, dependsOn });

    const packages = new SaslPackage(`${name}-packages`, { ...manner }, after());
    const directory = new StatOverride(
      `${name}-socket-directory`,
      { ...manner, path: socketDirectory },
      after(packages),
    );
    const member = new GroupMember(`${name}-postfix-in-sasl`, { ...manner }, after(packages));
    const saslauthd = new SaslauthdService(
      `${name}-saslauthd`,
      { ...manner, mechanism, socketDirectory },
      after(directory),
    );
    const service = new MasterService(
      `${name}-smtps`,
      { ...manner, options: serviceOptions(tls, args.options) },
      after(packages),
    );
    const application = new SmtpdConf(`${name}-smtpd-conf`, { ...manner }, after(packages));

    const configuration = {
      service: service.options,
      chroot: service.chroot,
      mechanisms: application.mechList,
      group: member.group,
    };
    const postfix = new PostfixService(
      `${name}-postfix`,
      {
        ...manner,
        state: finalState,
        enabled: finalState === "running",
        ports: tls === undefined ? [25, 465] : [25],
        tlsPorts: tls === undefined ? [] : [465],
        configuration,
        cleartextAuth: tls === undefined,
        allowCleartext,
        proves: false,
      },
      after(member, saslauthd, service, application),
    );
    const authProof = new AuthProof(
      `${name}-proof`,
      {
        ...manner,
        username: proof?.username,
        password: proof?.password === undefined ? undefined : pulumi.secret(proof.password),
        tls: tls === undefined ? undefined : proofOf(tls, connection),
        covers: { ...configuration, saslauthd: saslauthd.mechanism, socketDirectory: saslauthd.socketDirectory },
      },
      after(postfix),
    );

    this.state = postfix.state;
    this.transcript = authProof.transcript;
    this.provedAt = authProof.provedAt;
    this.versions = packages.versions;
    this.registerOutputs({
      state: this.state,
      transcript: this.transcript,
      provedAt: this.provedAt,
      versions: this.versions,
    });
  }
}

/** The page's settings, written right: no white space inside a list, and no mail to elsewhere without a login. */
function serviceOptions(
  tls: TlsArgs | undefined,
  own: SaslMailHostArgs["options"],
): Record<string, pulumi.Input<string>> {
  return {
    ...(tls === undefined
      ? {}
      : { smtpd_tls_wrappermode: "yes", smtpd_tls_cert_file: tls.certificateFile, smtpd_tls_key_file: tls.keyFile }),
    smtpd_sasl_auth_enable: "yes",
    smtpd_client_restrictions: "permit_sasl_authenticated,reject",
    smtpd_relay_restrictions: "permit_sasl_authenticated,reject",
    smtpd_recipient_restrictions: "permit_sasl_authenticated,reject_unauth_destination",
    ...own,
  };
}

function proofOf(tls: TlsArgs, connection: pulumi.Input<ConnectionArgs>) {
  const host = pulumi.output(connection).apply((known) => known.host);
  return { serverName: tls.serverName ?? host, certificateAuthority: tls.certificateAuthority };
}
