// How the proof's client uses TLS: what it demands of the server's certificate before it sends
// anything secret.
import { checkServerIdentity, type PeerCertificate } from "node:tls";
import { isAddress } from "../facts/certificate.ts";
import type { Dialogue, TlsDemand } from "../steps/smtp-dialogue.ts";

/** What is wrong with a certificate whose chain and dates are valid. */
export type TlsComplaint = "name" | "another certificate";

interface Seen {
  certificate?: PeerCertificate;
  complaint?: TlsComplaint;
}

/**
 * Options of the SMTP client. `seen` receives the server's certificate once it is accepted, or the
 * reason why it is refused.
 */
export function tlsOptions({ tls, startTls, noAuth }: Dialogue, seen: Seen): object {
  // Nothing secret is sent where no AUTH may be offered, so any certificate is accepted to see what
  // follows STARTTLS.
  if (noAuth !== undefined) return { opportunisticTLS: true, tls: { rejectUnauthorized: false } };
  if (tls === undefined) return { ignoreTLS: true };
  return {
    ...(startTls ? { requireTLS: true } : { secure: true }),
    tls: {
      ...(isAddress(tls.serverName) ? {} : { servername: tls.serverName }),
      // RFC 8996 deprecates all earlier versions.
      minVersion: "TLSv1.2",
      ca: tls.certificateAuthority,
      // A certificate that the user gives is trusted as it is, even a server's own.
      allowPartialTrustChain: tls.certificateAuthority !== undefined,
      checkServerIdentity: (_host: string, certificate: PeerCertificate) => judge(tls, certificate, seen),
    },
  };
}

/**
 * Called when the chain and the dates are valid. It checks the name and, where demanded, which
 * certificate it is.
 */
function judge({ serverName, fingerprint }: TlsDemand, certificate: PeerCertificate, seen: Seen): Error | undefined {
  const wrong = checkServerIdentity(serverName, certificate);
  if (wrong !== undefined) {
    seen.complaint = "name";
    return wrong;
  }
  if (fingerprint !== undefined && fingerprint !== certificate.fingerprint256) {
    seen.complaint = "another certificate";
    return new Error(
      `the server shows the certificate ${certificate.fingerprint256}, and not ${fingerprint}, which is the one on the host`,
    );
  }
  seen.certificate = certificate;
  return undefined;
}
