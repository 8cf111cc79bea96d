// What follows from the settings of the ports with AUTH: their `-o` settings, the packages, the
// certificate, and whether Postfix ends running.
import { defaultPackages } from "../resources/packages/sasl-package.ts";
import { type LimitArgs, limitOptions } from "../resources/postfix/limits.ts";
import { cleartextOptions, reliedOptions } from "../resources/postfix/relied-options.ts";
import { senderOptions } from "../resources/postfix/sender-options.ts";
import { usualCertificateName } from "../resources/postfix/usual-options.ts";
import { certificatePath } from "../steps/certificate.ts";
import { Computed, type RecipeEntry } from "./entry.ts";
import type { MailHostSettings, Opaque, PortSettings, TlsSettings } from "./settings.ts";

/** The inputs of TlsCertificate. */
export function certificateInputs(tls: TlsSettings, serverName: Opaque) {
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
export function wrongPorts(tls: TlsSettings | undefined, smtps: boolean, submission: boolean): string | undefined {
  if (!smtps && !submission) return "smtps and submission are both off: there would be no port to log in on";
  if (tls === undefined && submission)
    return "submission (port 587) is STARTTLS, and that needs a certificate: give tls, or leave submission off";
  return undefined;
}

/**
 * The packages of a host. openssl verifies that a key on the host matches its certificate, and
 * makes self-signed ones.
 */
export function packagesFor(tls: TlsSettings | undefined): string[] {
  return tls === undefined || tls.key !== undefined ? defaultPackages : [...defaultPackages, "openssl"];
}

/**
 * The inputs of PostfixService that follow from the ports and from TLS. `proves` is false because
 * the AuthProof closes the journal. Without a `finalState` the state depends on how passwords cross
 * the network; a stop that follows only from that does not end a Postfix that is in use.
 */
export function postfixInputs({
  tls,
  smtps = true,
  submission = false,
  finalState,
  allowCleartext = false,
}: PortSettings) {
  const state = finalState ?? (tls !== undefined || allowCleartext ? "running" : "stopped");
  return {
    state,
    enabled: state === "running",
    mayStop: finalState !== undefined || state === "running",
    ports: [25, ...(smtps && tls === undefined ? [465] : []), ...(submission ? [587] : [])],
    tlsPorts: smtps && tls !== undefined ? [465] : [],
    cleartextAuth: tls === undefined,
    allowCleartext,
    proves: false,
  };
}

/** An entry of the recipe for each port with AUTH. */
export function serviceResources(settings: MailHostSettings): RecipeEntry[] {
  const { tls, smtps = true, submission = false, limits, senderDomains = [] } = settings;
  const options = { ...senderOptions(senderDomains), ...settings.options };
  const entry = (service: string, security: Security): RecipeEntry => ({
    kind: "MasterService",
    name: service,
    inputs: {
      service,
      options: serviceOptions(security, tls, limits, options),
      initialOptions: initialOptionsOf(service),
    },
    // Made last and removed first: a port must not be open without what its logins need.
    dependsOn: [
      "packages",
      "postfix-in-sasl",
      "saslauthd",
      "smtpd-conf",
      ...(tls === undefined ? [] : ["certificate"]),
    ],
  });
  return [
    ...(smtps ? [entry("smtps", tls === undefined ? "none" : "implicit")] : []),
    ...(submission ? [entry("submission", "starttls")] : []),
  ];
}

/** How a port uses TLS. */
type Security = "none" | "implicit" | "starttls";

/**
 * The settings of the original procedure in correct syntax (no white space inside a list, no mail
 * to other domains without a login), TLS, the settings that the login depends on, and the limits.
 * The user's own options override them.
 */
export function serviceOptions(
  security: Security,
  tls: TlsSettings | undefined,
  limits: LimitArgs = {},
  own: Readonly<Record<string, Opaque>> = {},
): Record<string, Opaque> {
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
function initialOptionsOf(service: string): Record<string, string> {
  return { syslog_name: `postfix/${service}` };
}

/**
 * `smtpd_tls_chain_files` overrides every other certificate setting of main.cf (postconf(5)). TLS
 * 1.2 is the oldest version (RFC 8996).
 */
function tlsOptions(security: Security, tls: TlsSettings): Record<string, Opaque> {
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
    // One file that is named twice would be a second key of the same kind, which Postfix refuses.
    smtpd_tls_chain_files:
      certificateFile === undefined || keyFile === undefined
        ? certificatePath(usualCertificateName)
        : new Computed([keyFile, certificateFile], (...files) => [...new Set(files)].join(",")),
  };
}
