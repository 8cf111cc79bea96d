// What the services of SaslMailHost name in their options. It is asked for every service in the same words, used or not: so it is asked with
// the first look at the host, before the inputs of the service are known.
import { certificatePath } from "../steps/certificate.ts";
import { limitOptions } from "./limits.ts";
import { cleartextOptions, reliedOptions } from "./relied-options.ts";

/** Parameters; that no service of SaslMailHost has another one of its own is tested. */
export const usualOptions: readonly string[] = [
  "smtpd_sasl_auth_enable",
  "smtpd_client_restrictions",
  "smtpd_relay_restrictions",
  "smtpd_recipient_restrictions",
  ...Object.keys(reliedOptions),
  ...Object.keys(limitOptions({})),
  ...Object.keys(cleartextOptions),
  "smtpd_tls_security_level",
  "smtpd_tls_req_ccert",
  "smtpd_tls_protocols",
  "smtpd_tls_mandatory_protocols",
  "smtpd_tls_chain_files",
  "syslog_name",
];

/** The certificate file made by us for all ports of a host. */
export const usualCertificateName = "smtpd";

/** Files that `smtpd_tls_chain_files` names. */
export const usualChainFiles: readonly string[] = [certificatePath(usualCertificateName)];
