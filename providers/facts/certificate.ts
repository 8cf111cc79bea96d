// Certificates and keys in PEM (RFC 7468). Of a file that holds a private key nothing leaves the host but its certificates, a
// digest, and the public half of the key.
import { createPrivateKey, createPublicKey, type KeyObject, X509Certificate } from "node:crypto";
import { sh } from "../steps/shell.ts";
import type { Fact } from "./fact.ts";
import { type PathStatus, statusIn } from "./file.ts";

/** The first line of a PEM file that this program made. Text between the blocks is passed over by every reader (RFC 7468, section 2). */
export const ownMark = "# Made by sasl-mail-host (Pulumi); taken away again by pulumi destroy.";

/** A certificate, as far as decisions need it. */
export interface Certificate {
  /** SHA-256 over the certificate, as openssl prints it: "AB:CD:…". */
  readonly fingerprint: string;
  readonly notBefore: Date;
  readonly notAfter: Date;
  /** DNS names and addresses it holds for; where it has no such list, its common name. */
  readonly names: readonly string[];
  readonly selfSigned: boolean;
  /** The public key as SubjectPublicKeyInfo in PEM. */
  readonly publicKey: string;
  readonly holdsFor: (name: string) => boolean;
}

/** A file with certificates, perhaps with a key among them. */
export interface PemFile extends PathStatus {
  /** SHA-256 over all bytes. */
  readonly digest: string;
  /** This program made it. */
  readonly ours: boolean;
  /** Its CERTIFICATE blocks and nothing else. */
  readonly chain: string;
}

/** A file with a private key. */
export interface KeyFile extends PathStatus {
  /** Of the key in it, as SubjectPublicKeyInfo in PEM; `null` where openssl can not read a key there without a passphrase. */
  readonly publicKey: string | null;
}

/** The file at `path` without its key; links are followed, as certbot has them. `null` when nothing is there. */
export function pemFileAt(path: string): Fact<PemFile | null> {
  const name = `the certificates in ${path}`;
  return {
    name,
    // a block ends with its END line, or where a block of another kind begins: a key can not slip out behind a torn certificate
    question: sh`if [ ! -e ${path} ]; then echo absent; exit; fi
stat -L -c '%a %U %G %F' -- ${path} || exit
if [ ! -f ${path} ]; then exit; fi
sha256sum < ${path} | cut -d ' ' -f 1
if head -n 1 -- ${path} | grep -qxF -e ${ownMark}; then echo ours; else echo "somebody's"; fi
sed -n '/^-----BEGIN CERTIFICATE-----/,/^-----\(END\|BEGIN [^C]\)/p' -- ${path} | grep -v '^-----BEGIN [^C]'
:`,
    parse: (answer) => {
      const [status = "", digest = "", maker = "", ...chain] = answer.stdout.toString("latin1").split("\n");
      const found = statusIn(name, answer, status);
      return found === null ? null : { ...found, digest, ours: maker === "ours", chain: chain.join("\n") };
    },
  };
}

/** The key at `path` by its public half; `null` when nothing is there. Without openssl every key counts as unreadable. */
export function keyFileAt(path: string): Fact<KeyFile | null> {
  const name = `the public half of the key in ${path} (openssl)`;
  return {
    name,
    question: sh`if [ ! -e ${path} ]; then echo absent; exit; fi
stat -L -c '%a %U %G %F' -- ${path} || exit
if [ -f ${path} ]; then openssl pkey -in ${path} -passin pass: -pubout 2>/dev/null; fi
:`,
    parse: (answer) => {
      const [status = "", ...pem] = answer.stdout.toString("latin1").split("\n");
      const found = statusIn(name, answer, status);
      return found === null ? null : { ...found, publicKey: publicKeyIn(pem.join("\n")) };
    },
  };
}

/** The first certificate of a chain, which is the server's own; `undefined` where there is none that can be read. */
export function certificateIn(chain: string): Certificate | undefined {
  try {
    const found = new X509Certificate(chain);
    return {
      fingerprint: found.fingerprint256,
      notBefore: new Date(found.validFrom),
      notAfter: new Date(found.validTo),
      names: namesOf(found),
      selfSigned: found.issuer === found.subject && found.verify(found.publicKey),
      publicKey: spki(found.publicKey),
      holdsFor: (name) => holds(found, name),
    };
  } catch {
    return undefined;
  }
}

/** The public half of a private key; `undefined` where it is none, or one with a passphrase. No error text of it is passed on. */
export function publicHalf(key: string): string | undefined {
  try {
    return spki(createPublicKey(createPrivateKey(key)));
  } catch {
    return undefined;
  }
}

function publicKeyIn(pem: string): string | null {
  try {
    return spki(createPublicKey(pem));
  } catch {
    return null;
  }
}

function spki(key: KeyObject): string {
  return key.export({ type: "spki", format: "pem" }).toString();
}

/** Whether it is an address and no host name: certificates hold both in lists of their own. */
export function isAddress(name: string): boolean {
  return /^[\d.]+$|:/.test(name);
}

/** The name that a client asks for, or an address. The rules are those of OpenSSL, which clients use too. */
function holds(certificate: X509Certificate, name: string): boolean {
  return (isAddress(name) ? certificate.checkIP(name) : certificate.checkHost(name)) !== undefined;
}

function namesOf({ subjectAltName, subject }: X509Certificate): string[] {
  const listed = subjectAltName?.match(/(?<=(?:DNS|IP Address):)[^,]+/g);
  return listed ?? subject.match(/(?<=^CN=).*$/gm) ?? [];
}
