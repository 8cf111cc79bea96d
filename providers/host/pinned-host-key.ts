// The key that a connection pins, as `hostKey` has it: its forms, and which of them can be verified.

/**
 * The types that ssh2 can verify, in ssh(1)'s order of preference. A known_hosts file may also have
 * those of a security key (sk-…), of certificates, or of SSH 1, where the second word is a number.
 */
export const typesByPreference: readonly (readonly string[])[] = [
  ["ssh-ed25519"],
  ["ecdsa-sha2-nistp256", "ecdsa-sha2-nistp384", "ecdsa-sha2-nistp521"],
  ["ssh-rsa"],
];

export const supportedTypes: readonly string[] = typesByPreference.flat();

/**
 * A SHA-256 digest in base64 as `ssh-keygen -l` prints it, or a line with a key: of a `.pub` file,
 * or of known_hosts.
 */
export const hostKeyForm = /^(SHA256:[A-Za-z0-9+/]{43}|\s*(\S+\s+){0,3}AAAA[A-Za-z0-9+/]+={0,2}(\s.*)?)$/;

/** Why a text in that form is no key; `undefined` where it is one. */
export function hostKeyProblem(text: string): string | undefined {
  if (text.startsWith("SHA256:")) return undefined;
  const key = keyIn(text);
  if (!isWhole(key)) return "must be a whole public key: this one is cut short, or longer than a key is";
  if (supportedTypes.includes(keyTypeOf(key))) return undefined;
  return `must be a key of the type ${supportedTypes.join(", ")}: this program cannot verify one of the type ${keyTypeOf(key)}`;
}

/** A key is strings, each behind its length (RFC 4251, 5), and nothing after the last. */
function isWhole(key: Buffer, at = 0): boolean {
  if (at === key.length) return at > 0;
  return at + 4 <= key.length && isWhole(key, at + 4 + key.readUInt32BE(at));
}

/** The key of a public key line. */
export function keyIn(text: string): Buffer {
  const encoded = text.split(/\s+/).find((word) => word.startsWith("AAAA"));
  return Buffer.from(encoded ?? "", "base64");
}

/** The first string inside a public key blob is its type (RFC 4253, 6.6). */
export function keyTypeOf(key: Buffer): string {
  return key.subarray(4, 4 + key.readUInt32BE(0)).toString("latin1");
}
