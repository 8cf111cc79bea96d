// Certificates and keys in PEM (RFC 7468). Of a file that holds a private key, only its
// certificates, a digest and the public half of the key leave the host.
import { createPrivateKey, createPublicKey, type KeyObject, X509Certificate } from "node:crypto";
import { sh } from "../core/shell.ts";
import type { Fact } from "./fact.ts";
import { type PathStatus, statusIn } from "./file.ts";

/**
 * The first line of a PEM file that this program made. Parsers ignore text between the blocks (RFC
 * 7468, section 2).
 */
export const ownMark = "# Made by sasl-mail-host (Pulumi); taken away again by pulumi destroy.";

/** The fields of a certificate that decisions need. */
export interface Certificate {
  /** SHA-256 over the certificate, as openssl prints it: "AB:CD:…". */
  readonly fingerprint: string;
  readonly notBefore: Date;
  readonly notAfter: Date;
  /** DNS names and addresses that it is valid for; its common name where it has no such list. */
  readonly names: readonly string[];
  readonly selfSigned: boolean;
  /** The public key as SubjectPublicKeyInfo in PEM. */
  readonly publicKey: string;
  readonly holdsFor: (name: string) => boolean;
}

/** A file with certificates, which may also hold a key. */
export interface PemFile extends PathStatus {
  /** SHA-256 over all bytes. */
  readonly digest: string;
  /** Whether this program made it. */
  readonly ours: boolean;
  /** Its CERTIFICATE blocks only. */
  readonly chain: string;
  /** The names of all its blocks in their order, as `blockNames` gives them. */
  readonly blocks: readonly string[];
}

/** A file with a private key. */
export interface KeyFile extends PathStatus {
  /**
   * SubjectPublicKeyInfo of the key in PEM; `null` where openssl cannot read a key without a
   * passphrase.
   */
  readonly publicKey: string | null;
  /** The names of all its blocks in their order, as `blockNames` gives them. */
  readonly blocks: readonly string[];
}

/**
 * "CERTIFICATE", "EC PARAMETERS", "RSA KEY": the names of the blocks in PEM, without the word
 * PRIVATE, by which a key that has left the host would be searched for.
 */
export function blockNames(pem: string): string[] {
  return [...pem.matchAll(/^-----BEGIN (.*?)-----/gm)].map(([, name = ""]) => name.replace("PRIVATE ", ""));
}

/** Prints the same of a file on the host, on one line with a comma behind each. */
const printBlockNames = (path: string) =>
  sh`sed -n '/^-----BEGIN /{s/-----BEGIN //;s/-----.*//;s/PRIVATE //;p}' -- ${path} | tr '\n' ,; echo`;

function namesIn(row: string): string[] {
  return row.split(",").filter((name) => name !== "");
}

/**
 * The file at `path` without its key; `null` when it is absent. Symbolic links are followed,
 * because certbot uses them.
 */
export function pemFileAt(path: string): Fact<PemFile | null> {
  const name = `the certificates in ${path}`;
  return {
    name,
    // A block ends with its END line, or where a block of another kind begins, perhaps in the middle
    // of a line: a truncated certificate must not expose the key behind it. Nothing but base64 and
    // the borders of a certificate is printed, since line endings of another system may make a line
    // of the whole file.
    question: sh`if [ ! -e ${path} ]; then echo absent; exit; fi
stat -L -c '%a %U %G %F' -- ${path} || exit
if [ ! -f ${path} ]; then exit; fi
sha256sum < ${path} | cut -d ' ' -f 1
if head -n 1 -- ${path} | grep -qxF -e ${ownMark}; then echo ours; else echo "somebody's"; fi
${printBlockNames(path)}
sed -n '/^-----BEGIN CERTIFICATE-----/,/-----\(END\|BEGIN [^C]\)/p' -- ${path} | grep -E '^([A-Za-z0-9+/=]*|-----(BEGIN|END) CERTIFICATE-----)[[:space:]]*$'
:`,
    parse: (answer) => {
      const [status = "", digest = "", maker = "", blocks = "", ...chain] = answer.stdout
        .toString("latin1")
        .split("\n");
      const found = statusIn(name, answer, status);
      return found === null
        ? null
        : { ...found, digest, ours: maker === "ours", chain: chain.join("\n"), blocks: namesIn(blocks) };
    },
  };
}

/**
 * The key at `path` by its public half; `null` when it is absent. Without openssl every key is
 * unreadable.
 */
export function keyFileAt(path: string): Fact<KeyFile | null> {
  const name = `the public half of the key in ${path} (openssl)`;
  return {
    name,
    question: sh`if [ ! -e ${path} ]; then echo absent; exit; fi
stat -L -c '%a %U %G %F' -- ${path} || exit
if [ -f ${path} ]; then
${printBlockNames(path)}
openssl pkey -in ${path} -passin pass: -pubout 2>/dev/null
fi
:`,
    parse: (answer) => {
      const [status = "", blocks = "", ...pem] = answer.stdout.toString("latin1").split("\n");
      const found = statusIn(name, answer, status);
      return found === null ? null : { ...found, publicKey: publicKeyIn(pem.join("\n")), blocks: namesIn(blocks) };
    },
  };
}

/**
 * The first certificate of a chain, which is the server's own; `undefined` where none can be read.
 */
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

/**
 * The public half of a private key; `undefined` where the text is no key or needs a passphrase. The
 * error text is dropped, since it could hold a secret.
 */
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

/** Whether the name is an IP address: certificates list addresses and host names separately. */
export function isAddress(name: string): boolean {
  return /^[\d.]+$|:/.test(name);
}

/**
 * Whether a certificate is valid for a host name or address, by the rules of OpenSSL, which clients
 * use too.
 */
function holds(certificate: X509Certificate, name: string): boolean {
  return (isAddress(name) ? certificate.checkIP(name) : certificate.checkHost(name)) !== undefined;
}

function namesOf({ subjectAltName, subject }: X509Certificate): string[] {
  const listed = subjectAltName?.match(/(?<=(?:DNS|IP Address):)[^,]+/g);
  return listed ?? subject.match(/(?<=^CN=).*$/gm) ?? [];
}
