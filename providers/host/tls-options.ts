// How the client of the proof does TLS: what it asks of the server's certificate before it says anything that is secret.
import { checkServerIdentity, type PeerCertificate } from "node:tls";
import { isAddress } from "../facts/certificate.ts";
import type { Dialogue, TlsDemand } from "../steps/step.ts";

/** What is wrong with a certificate whose chain and dates hold. */
export type TlsComplaint = "name" | "another certificate";

interface Seen {
  certificate?: PeerCertificate;
  complaint?: TlsComplaint;
}

/** Options of the SMTP client. `seen` is told the server's certificate once it has passed, or why it will not do. */
export function tlsOptions({ tls, startTls, noAuth }: Dialogue, seen: Seen): object {
  // nothing secret is said where no AUTH may be offered, so any certificate will do to look behind STARTTLS
  if (noAuth !== undefined) return { opportunisticTLS: true, tls: { rejectUnauthorized: false } };
  if (tls === undefined) return { ignoreTLS: true };
  return {
    ...(startTls ? { requireTLS: true } : { secure: true }),
    tls: {
      ...(isAddress(tls.serverName) ? {} : { servername: tls.serverName }),
      // RFC 8996: nothing below
      minVersion: "TLSv1.2",
      ca: tls.certificateAuthority,
      // what the user gives is trusted as it is, a server's own certificate too
      allowPartialTrustChain: tls.certificateAuthority !== undefined,
      checkServerIdentity: (_host: string, certificate: PeerCertificate) => judge(tls, certificate, seen),
    },
  };
}

/** Called when the chain and the dates hold: what is left is the name, and perhaps which certificate it is. */
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
