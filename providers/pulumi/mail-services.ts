// The `-o` settings of the ports with AUTH, and the source of their certificate.
import * as pulumi from "@pulumi/pulumi";
import { defaultPackages } from "../resources/packages/sasl-package.ts";
import { type LimitArgs, limitOptions } from "../resources/postfix/limits.ts";
import { cleartextOptions, reliedOptions } from "../resources/postfix/relied-options.ts";
import { usualCertificateName } from "../resources/postfix/usual-options.ts";
import { certificatePath } from "../steps/certificate.ts";

/**
 * TLS on the ports with AUTH, version 1.2 or newer (RFC 8996), with a certificate from exactly one
 * of three sources. A certificate that cannot work (its key belongs to another certificate, it is
 * not valid for the name, it has expired) is refused before anything is written.
 */
export interface TlsArgs {
  /**
   * Source 1, with `keyFile`: a file on the host with the certificate and its chain, PEM. Another
   * program renews it (certbot).
   */
  certificateFile?: pulumi.Input<string> | undefined;
  /** Source 1: its private key on the host, PEM, without a passphrase. May be the same file. */
  keyFile?: pulumi.Input<string> | undefined;
  /** Source 2, with `key`: the certificate and its chain, PEM. */
  certificate?: pulumi.Input<string> | undefined;
  /**
   * Source 2: its private key, PEM, without a passphrase. On the host it is in /etc/postfix/tls,
   * readable by root only. Kept as a secret.
   */
  key?: pulumi.Input<string> | undefined;
  /**
   * Source 3: true = a self-signed certificate made on the host, which an `up` renews in its last
   * 30 days. For a lab. Default false.
   */
  selfSigned?: boolean | undefined;
  /**
   * The name, or address, that clients connect to: the certificate must be valid for it. Default:
   * the host of the connection.
   */
  serverName?: pulumi.Input<string> | undefined;
  /**
   * PEM of the authority that signed it, where that is not a public one. Not needed for
   * `selfSigned`.
   */
  certificateAuthority?: pulumi.Input<string> | undefined;
  /** Days before the certificate expires from which on every run warns. Default 21. */
  expiryWarningDays?: pulumi.Input<number> | undefined;
  /**
   * Accept that port 25 offers AUTH, where main.cf enables it for all services; otherwise the proof
   * fails. Default false.
   */
  allowAuthOnPort25?: boolean | undefined;
}

/** The inputs of TlsCertificate. */
export function certificateInputs(tls: TlsArgs, serverName: pulumi.Input<string>) {
  const { certificateFile, keyFile, certificate, key, selfSigned } = tls;
  return {
    name: usualCertificateName,
    serverName,
    files:
      certificateFile === undefined && keyFile === undefined
        ? undefined
        : { certificateFile: certificateFile ?? "", keyFile: keyFile ?? "" },
    certificate,
    key,
    selfSigned,
  };
}

/** What is wrong with the desired ports; `undefined` where nothing is. */
export function wrongPorts(tls: TlsArgs | undefined, smtps: boolean, submission: boolean): string | undefined {
  if (!smtps && !submission) return "smtps and submission are both off: there would be no port to log in on";
  if (tls === undefined && submission)
    return "submission (port 587) is STARTTLS, and that needs a certificate: give tls, or leave submission off";
  return undefined;
}

/**
 * The packages of a host. openssl verifies that a key on the host matches its certificate, and
 * makes self-signed ones.
 */
export function packagesFor(tls: TlsArgs | undefined): string[] {
  return tls === undefined || tls.key !== undefined ? defaultPackages : [...defaultPackages, "openssl"];
}

/**
 * The inputs of PostfixService that follow from the ports and from TLS. The proof comes after it.
 * Without an `asked` final state, the state depends on how passwords cross the network; a stop that
 * follows only from that does not end a Postfix that is in use.
 */
export function postfixInputs(
  asked: "running" | "stopped" | undefined,
  {
    tls,
    smtps,
    submission,
    allowCleartext = false,
  }: { tls: boolean; smtps: boolean; submission: boolean; allowCleartext?: boolean },
) {
  const state: "running" | "stopped" = asked ?? (tls || allowCleartext ? "running" : "stopped");
  return {
    state,
    enabled: state === "running",
    mayStop: asked !== undefined || state === "running",
    ports: [25, ...(smtps && !tls ? [465] : []), ...(submission ? [587] : [])],
    tlsPorts: smtps && tls ? [465] : [],
    cleartextAuth: !tls,
    allowCleartext,
    proves: false,
  };
}

/** The warning in preview and up where no final state is given and Postfix ends stopped. */
export const endsStopped =
  "without tls Postfix ends stopped and disabled at boot, and one that is in use already is refused: configure tls, so that it runs; or say finalState: stopped, if it is meant to stand still";

/** How a port uses TLS. */
export type Security = "none" | "implicit" | "starttls";

/**
 * The settings of the original procedure in correct syntax (no white space inside a list, no mail
 * to other domains without a login), TLS, the settings that the login depends on, and the limits.
 * The user's own options override them.
 */
export function serviceOptions(
  security: Security,
  tls: TlsArgs | undefined,
  limits: LimitArgs,
  own: Record<string, pulumi.Input<string>> | undefined,
): Record<string, pulumi.Input<string>> {
  return {
    ...(tls === undefined ? cleartextOptions : tlsOptions(security, tls)),
    smtpd_sasl_auth_enable: "yes",
    ...reliedOptions,
    smtpd_client_restrictions: "permit_sasl_authenticated,reject",
    smtpd_relay_restrictions: "permit_sasl_authenticated,reject",
    smtpd_recipient_restrictions: "permit_sasl_authenticated,reject_unauth_destination",
    ...limitOptions(limits),
    ...own,
  };
}

/** For a new entry: its name in the log, as Debian's commented-out entries propose it. */
export function firstOptions(service: string): Record<string, string> {
  return { syslog_name: `postfix/${service}` };
}

/**
 * `smtpd_tls_chain_files` overrides every other certificate setting of main.cf (postconf(5)). TLS
 * 1.2 is the oldest version (RFC 8996).
 */
function tlsOptions(security: Security, tls: TlsArgs): Record<string, pulumi.Input<string>> {
  const { certificateFile, keyFile } = tls;
  return {
    smtpd_tls_wrappermode: security === "implicit" ? "yes" : "no",
    smtpd_tls_security_level: "encrypt",
    smtpd_tls_auth_only: "yes",
    smtpd_tls_protocols: ">=TLSv1.2",
    smtpd_tls_mandatory_protocols: ">=TLSv1.2",
    // Mail clients log in with a password: a request for their certificate would exclude all of
    // them.
    smtpd_tls_req_ccert: "no",
    smtpd_tls_chain_files:
      certificateFile === undefined || keyFile === undefined
        ? certificatePath(usualCertificateName)
        : pulumi.interpolate`${keyFile},${certificateFile}`,
  };
}
