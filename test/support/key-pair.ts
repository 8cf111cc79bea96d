// Key pairs for tests. ssh2 drops leading zero bytes of an ed25519 key (parseDERs in its keygen.js), so one in 256 of those that it makes
// can not be read: such a pair is thrown away here, and never comes to a test by chance.
import ssh2 from "ssh2";

export type KeyType = "ed25519" | "rsa";

/** Private key and public key line. */
export interface KeyPair {
  readonly private: string;
  readonly public: string;
}

type KeyPairOptions = Partial<NonNullable<Parameters<typeof ssh2.utils.generateKeyPairSync>[1]>>;

/** One that can be read, with its passphrase where it has one. */
export function generateKeyPair(type: KeyType, options: KeyPairOptions = {}): KeyPair {
  for (;;) {
    const pair = ssh2.utils.generateKeyPairSync(type as "rsa", { bits: 2048, ...options });
    const { passphrase } = options as { passphrase?: string };
    if (!(ssh2.utils.parseKey(pair.private, passphrase) instanceof Error)) return pair;
  }
}

const pairs = new Map<string, KeyPair>();

/** The same pair at each call of a file: making RSA keys takes a while. */
export function keyPair(type: KeyType, name = "host"): KeyPair {
  const id = `${name} ${type}`;
  const pair = pairs.get(id) ?? generateKeyPair(type);
  pairs.set(id, pair);
  return pair;
}
