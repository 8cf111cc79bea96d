// What is wrong with a certificate and its key. Postfix accepts all of it without an error, and
// then it or its clients fail at every TLS connection. So it is reported before anything is
// reloaded.
import { Failure } from "../../core/failure.ts";
import { type Certificate, certificateIn, type KeyFile, type PemFile } from "../../facts/certificate.ts";
import { dayOf } from "../../facts/clock.ts";
import { wrongOrder } from "./chain-order.ts";

/** What was found, and how to fix it. */
export interface Complaint {
  readonly found: string;
  readonly next: string;
}

/** Faults of the certificate itself: its name and its dates. */
export function certificateComplaints(
  certificate: Certificate,
  serverName: string | undefined,
  now: Date | undefined,
): Complaint[] {
  const { names, notBefore, notAfter, holdsFor } = certificate;
  return [
    ...(serverName !== undefined && !holdsFor(serverName)
      ? [
          {
            found: `the certificate does not hold for ${serverName}: it names ${names.join(", ") || "nobody"}`,
            next: "get a certificate with this name, or set serverName to the name that the clients use",
          },
        ]
      : []),
    ...(now !== undefined && now > notAfter
      ? [
          {
            found: `the certificate ran out on ${dayOf(notAfter)}; it is ${dayOf(now)} on the host`,
            next: "renew it; for one from certbot: certbot renew",
          },
        ]
      : []),
    ...(now !== undefined && now < notBefore
      ? [
          {
            found: `the certificate is not valid before ${notBefore.toISOString()}; it is ${now.toISOString()} on the host`,
            next: "put the clock of the host right (timedatectl)",
          },
        ]
      : []),
  ];
}

/** What was read of both files. */
export interface FoundFiles {
  readonly certificateFile: string;
  readonly keyFile: string;
  readonly certificate: PemFile | null;
  readonly key: KeyFile | null;
  readonly serverName: string | undefined;
  readonly now: Date;
}

/** The failure for the first complaint, with all of them; nothing where there is none. */
export function refuseCertificate(what: string, [first, ...more]: readonly Complaint[]): void {
  if (first === undefined) return;
  throw new Failure({
    code: "certificate-unusable",
    tried: `use ${what}`,
    found: [first, ...more].map(({ found }) => found).join("; "),
    left: ["nothing was changed, and Postfix was not reloaded"],
    next: first.next,
  });
}

/**
 * Faults of the files on the host; the first complaint is the one that counts. Without openssl on
 * the host nothing is said of what a key is (`withKey`).
 */
export function fileComplaints(files: FoundFiles, { withKey = true } = {}): Complaint[] {
  const { certificateFile, keyFile, certificate, key, serverName, now } = files;
  const missing = [notAFile("certificateFile", certificateFile, certificate), notAFile("keyFile", keyFile, key)].flat();
  if (certificate === null || key === null || missing.length > 0) return missing;
  const read = certificateIn(certificate.chain);
  if (read === undefined) {
    return [
      {
        found: `${certificateFile} holds no certificate in PEM that can be read`,
        next: "it must hold the server's certificate and then its chain, each between BEGIN and END CERTIFICATE",
      },
    ];
  }
  return [
    ...(withKey ? keyComplaints(keyFile, key, read) : []),
    ...orderComplaints(files, key.blocks, certificate.blocks),
    ...certificateComplaints(read, serverName, now),
  ];
}

function orderComplaints(
  { certificateFile, keyFile }: FoundFiles,
  key: readonly string[],
  certificate: readonly string[],
): Complaint[] {
  const wrong = wrongOrder(key, certificateFile === keyFile ? [] : certificate);
  if (wrong === undefined) return [];
  return [{ found: `${wrong.part === "key" ? keyFile : certificateFile} ${wrong.problem}`, next: wrong.next }];
}

function notAFile(name: string, path: string, status: { readonly type: string } | null): Complaint[] {
  if (status?.type === "regular file") return [];
  return [
    {
      found: `${name} ${path}: ${status === null ? "there is no such file on the host" : `it is a ${status.type}`}`,
      next: "bring certificate and key to the host first, or let it make one (selfSigned)",
    },
  ];
}

function keyComplaints(keyFile: string, key: KeyFile, certificate: Certificate): Complaint[] {
  if (key.publicKey === null) {
    return [
      {
        found: `${keyFile} holds no private key that openssl can read without a passphrase`,
        next: `try it on the host: openssl pkey -in ${keyFile} -noout; a key with a passphrase is none that Postfix could use`,
      },
    ];
  }
  if (key.publicKey === certificate.publicKey) return [];
  return [
    {
      found: `the key in ${keyFile} does not belong to the certificate ${certificate.fingerprint}`,
      next: "certificate and key must come from the same request; where a renewal is under way, run `pulumi up` again when it is done",
    },
  ];
}
