// The option names that the services of SaslMailHost use. Every service is asked about in the same
// words, used or not, so the question is part of the first read of the host, before the inputs of
// the service are known.
import { certificatePath } from "../../steps/certificate.ts";
import { limitOptions } from "./limits.ts";
import { cleartextOptions, reliedOptions } from "./relied-options.ts";
import { senderOptions } from "./sender-options.ts";

/** A test verifies that no service of SaslMailHost uses another parameter. */
export const usualOptions: readonly string[] = [
  "smtpd_sasl_auth_enable",
  "smtpd_client_restrictions",
  "smtpd_relay_restrictions",
  "smtpd_recipient_restrictions",
  ...Object.keys(reliedOptions),
  ...Object.keys(limitOptions({})),
  ...Object.keys(cleartextOptions),
  ...Object.keys(senderOptions(["example.org"])),
  "smtpd_tls_security_level",
  "smtpd_tls_req_ccert",
  "smtpd_tls_protocols",
  "smtpd_tls_mandatory_protocols",
  "smtpd_tls_chain_files",
  "syslog_name",
];

/** The name of the certificate file that this program makes for all ports of a host. */
export const usualCertificateName = "smtpd";

/** Files that `smtpd_tls_chain_files` names. */
export const usualChainFiles: readonly string[] = [certificatePath(usualCertificateName)];
