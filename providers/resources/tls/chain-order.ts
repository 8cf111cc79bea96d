// The order of the PEM blocks that Postfix reads as one chain: a key, then its certificate and
// those of its authorities (postconf(5), smtpd_tls_chain_files). Of anything else it makes no
// chain, warns in the log, and the port has no TLS (tls_certkey.c).

/** What is wrong with the blocks, and in which of the two parts. */
export interface WrongOrder {
  readonly part: "key" | "certificate";
  readonly problem: string;
  readonly next: string;
}

const keyBlock = /^((RSA|EC|DSA) )?KEY$/;
const certificateBlock = /^(X509 )?CERTIFICATE$/;

function isRead(name: string): boolean {
  return keyBlock.test(name) || certificateBlock.test(name);
}

/**
 * `key` and `certificate` are the names of the blocks in the order in which Postfix reads them; for
 * one file with both, all of them are in `key`. Other blocks, such as EC PARAMETERS, are ignored by
 * Postfix with a line in its log (measured with 3.7 and 3.10).
 */
export function wrongOrder(inKey: readonly string[], inCertificate: readonly string[]): WrongOrder | undefined {
  const key = inKey.filter(isRead);
  const certificate = inCertificate.filter(isRead);
  const chain = [...key, ...certificate];
  if (!keyBlock.test(key[0] ?? "")) {
    return {
      part: "key",
      problem:
        "holds the certificate before its key: Postfix reads such a file as a chain without a key and offers no TLS",
      next: "put the key first: (umask 077; cat key.pem fullchain.pem > NEW)",
    };
  }
  if (certificate.some((name) => keyBlock.test(name))) {
    return {
      part: "certificate",
      problem: "holds a key, too: Postfix reads the key twice, makes no chain of it and offers no TLS",
      next: "let it hold certificates alone, or name one file with the key first in it for both",
    };
  }
  if (chain.every((name, at) => certificateBlock.test(name) || certificateBlock.test(chain[at + 1] ?? ""))) return;
  return {
    part: "key",
    problem: "holds a key with no certificate behind it: Postfix makes no chain of it and offers no TLS",
    next: "let it hold one key, and its certificate and chain behind it",
  };
}
