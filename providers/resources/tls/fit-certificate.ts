// A certificate that others keep on the host, looked at before the first change of a run. The
// TlsCertificate of the same program checks it again, with its key, when openssl is there for that.
import { z } from "zod";
import { keyFileAt, pemFileAt } from "../../facts/certificate.ts";
import { clock } from "../../facts/clock.ts";
import { statusOf } from "../../facts/file.ts";
import { absolutePath, hostName } from "../inputs.ts";
import { type FoundFiles, fileComplaints, refuseCertificate } from "./certificate-complaints.ts";

export const certificateDemandsSchema = z.strictObject({
  /** The certificate with its chain, on the host. */
  certificateFile: absolutePath,
  /** Its key, on the host. */
  keyFile: absolutePath,
  /** The name that it must be valid for. */
  serverName: hostName.optional(),
});

type CertificateDemands = z.infer<typeof certificateDemandsSchema>;

export interface CertificateFound {
  readonly certificate: FoundFiles["certificate"];
  readonly key: FoundFiles["key"];
  readonly now: Date;
  readonly openssl: object | null;
}

/** The questions of TlsCertificate, which the host is asked once for both. */
export function certificateQuestions({ certificateFile, keyFile }: CertificateDemands) {
  return {
    certificate: pemFileAt(certificateFile),
    key: keyFileAt(keyFile),
    now: clock,
    openssl: statusOf("/usr/bin/openssl"),
  };
}

export function refuseUnfitCertificate(desired: CertificateDemands, found: CertificateFound): void {
  const files = { ...desired, serverName: desired.serverName, ...found };
  refuseCertificate(desired.certificateFile, fileComplaints(files, { withKey: found.openssl !== null }));
}
