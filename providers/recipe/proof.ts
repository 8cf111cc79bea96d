// The last part of a mail host's recipe: the proof of all others.
import { OutputOf } from "./entry.ts";
import type { MailHostSettings, Opaque, TlsSettings } from "./settings.ts";

interface Proved {
  /** The names of all other entries. */
  readonly parts: readonly string[];
  /** What Postfix has loaded. */
  readonly configuration: object;
  readonly socketDirectory: Opaque;
  readonly serverName: Opaque;
}

export function proofInputs(settings: MailHostSettings, proved: Proved) {
  const { tls, smtps = true, submission = false, proof, outside, senderDomains = [] } = settings;
  const { parts, configuration, socketDirectory, serverName } = proved;
  return {
    port: smtps ? 465 : 587,
    socketDirectory,
    outside,
    startTls: submission ? [587] : [],
    noAuth: tls === undefined || tls.allowAuthOnPort25 ? [] : [25],
    username: proof?.username,
    password: proof?.password,
    ...(senderDomains.length === 0 ? {} : { senderDomains }),
    tls: tls === undefined ? undefined : tlsRequirements(tls, serverName),
    expiryWarningDays: tls?.expiryWarningDays,
    covers: {
      ...configuration,
      saslauthd: new OutputOf("saslauthd", "mechanism"),
      socketDirectory: new OutputOf("saslauthd", "socketDirectory"),
      changedAt: certificateLast(parts).map((part) => new OutputOf(part, "changedAt")),
    },
  };
}

/**
 * The certificate last, as in the states that exist: another order would look like a change and ask
 * every host for a new proof.
 */
function certificateLast(parts: readonly string[]): string[] {
  const last = (part: string) => Number(part === "certificate");
  return parts.toSorted((one, other) => last(one) - last(other));
}

/**
 * A self-signed certificate is its own authority: it was read through SSH, from the host whose key
 * was verified.
 */
function tlsRequirements({ selfSigned, certificateAuthority }: TlsSettings, serverName: Opaque) {
  return {
    serverName,
    certificateAuthority: selfSigned ? new OutputOf("certificate", "chain") : certificateAuthority,
    fingerprint: new OutputOf("certificate", "fingerprint"),
  };
}
