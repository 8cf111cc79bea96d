// Checks the inputs of a certificate by themselves, before any host is contacted.
import { blockNames, certificateIn, publicHalf } from "../../facts/certificate.ts";
import { certificateComplaints } from "./certificate-complaints.ts";
import { wrongOrder } from "./chain-order.ts";

interface Inputs {
  readonly files?: object | undefined;
  readonly certificate?: string | undefined;
  readonly key?: string | undefined;
  readonly selfSigned: boolean;
  readonly serverName?: string | undefined;
  readonly validDays: number;
  readonly renewDays: number;
}

/** Requires exactly one complete source. */
export function sourceRules({ files, certificate, key, selfSigned, serverName, validDays, renewDays }: Inputs) {
  const sources = [files !== undefined, certificate !== undefined || key !== undefined, selfSigned];
  const rules = [
    [
      sources.filter(Boolean).length !== 1,
      "files",
      "give exactly one source: files, certificate with key, or selfSigned",
    ],
    [(certificate === undefined) !== (key === undefined), "key", "certificate and key must be given together"],
    [selfSigned && serverName === undefined, "serverName", "a self-signed certificate needs the name it is made for"],
    [selfSigned && renewDays >= validDays, "renewDays", `must be fewer days than it is valid (${validDays})`],
  ] as const;
  return rules.flatMap(([broken, property, reason]) => (broken ? [{ property, reason }] : []));
}

/** Checks what PEM shows by itself. Neither the key's text nor an error about it is passed on. */
export function pemRules({ certificate, key, serverName }: Inputs) {
  if (certificate === undefined || key === undefined) return [];
  const read = certificateIn(certificate);
  const half = publicHalf(key);
  if (read === undefined)
    return [{ property: "certificate", reason: "holds no certificate that can be read" } as const];
  if (half === undefined)
    return [{ property: "key", reason: "holds no private key that can be read without a passphrase" } as const];
  if (half !== read.publicKey)
    return [{ property: "key", reason: `does not belong to the certificate ${read.fingerprint}` } as const];
  const order = wrongOrder(blockNames(key), blockNames(certificate));
  if (order !== undefined) return [{ property: order.part, reason: `${order.problem}; ${order.next}` } as const];
  const name = certificateComplaints(read, serverName, undefined);
  return name.map(({ found }) => ({ property: "certificate", reason: found }) as const);
}
