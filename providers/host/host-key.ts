// Verifies a host's identity. Nothing is trusted silently: without a pinned key or a line in
// known_hosts there is no connection.
import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import type { FailureParts } from "../core/failure.ts";
import { AccessFailure } from "./access-failure.ts";
import { type Hop, nameOf } from "./hop.ts";
import { type KnownKey, knownKeys } from "./known-hosts.ts";
import { keyIn, keyTypeOf, supportedTypes, typesByPreference } from "./pinned-host-key.ts";

/** The host's identity is wrong or cannot be proved. Dialling again does not cure that. */
export class HostKeyFailure extends AccessFailure {}

/** The check of one hop's host key. */
export interface HostKeyCheck {
  /**
   * Signature algorithms to request, so that a host known by its RSA key alone does not look
   * changed. One connection is made for each list, until the key is the expected one. `undefined` =
   * any.
   */
  readonly algorithmLists: readonly (string[] | undefined)[];
  /** Returns `undefined` when the key is the expected one, else why it is refused. */
  readonly refuse: (key: Buffer) => HostKeyFailure | undefined;
}

/**
 * Reads the known keys of a hop. Throws when a configured known_hosts file cannot be read, since
 * that must not weaken the check.
 */
export function hostKeyCheck(hop: Hop): HostKeyCheck {
  if (hop.hostKey?.startsWith("SHA256:")) {
    const desired = hop.hostKey;
    return {
      algorithmLists: typesByPreference.map((types) => types.flatMap(signatureAlgorithms)),
      refuse: (key) =>
        fingerprint(key) === desired
          ? undefined
          : changed(
              hop,
              key,
              [`${desired} (which tells no type: ed25519, ECDSA and RSA keys were asked for)`],
              `${hop.setting}.hostKey`,
            ),
    };
  }
  if (hop.hostKey !== undefined) {
    const key = keyIn(hop.hostKey);
    return checkAgainst(hop, [{ type: keyTypeOf(key), key, revoked: false }], `${hop.setting}.hostKey`);
  }
  const { host, port } = hop.knownAs;
  const known = hop.knownHostsFiles.flatMap((file) => knownKeys(read(hop, file), host, port));
  return checkAgainst(
    hop,
    known,
    `${hop.knownHostsFiles.join(" and ")}${host === hop.host ? "" : ` (HostKeyAlias ${host})`}`,
  );
}

/** "SHA256:…" as `ssh-keygen -l` prints it. */
export function fingerprint(key: Buffer): string {
  return `SHA256:${createHash("sha256").update(key).digest("base64").replace(/=+$/, "")}`;
}

function checkAgainst(hop: Hop, known: readonly KnownKey[], source: string): HostKeyCheck {
  const valid = known.filter((entry) => !entry.revoked && supportedTypes.includes(entry.type));
  const types = [...new Set(valid.map((entry) => entry.type))];
  return {
    algorithmLists: [types.length === 0 ? undefined : types.flatMap(signatureAlgorithms)],
    refuse: (key) => {
      if (known.some((entry) => entry.revoked && entry.key.equals(key))) return revoked(hop, key, source);
      if (valid.some((entry) => entry.key.equals(key))) return undefined;
      if (valid.length === 0) return unknown(hop, key, source);
      return changed(
        hop,
        key,
        valid.map((entry) => fingerprint(entry.key)),
        source,
      );
    },
  };
}

/** An RSA key is requested under its SHA-2 signature algorithms (RFC 8332); SHA-1 is left out. */
function signatureAlgorithms(type: string): string[] {
  return type === "ssh-rsa" ? ["rsa-sha2-512", "rsa-sha2-256"] : [type];
}

function read(hop: Hop, file: string): string {
  try {
    return readFileSync(file, "utf8");
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT" && !hop.knownHostsGiven) return "";
    const parts: FailureParts = {
      code: "known-hosts-unreadable",
      tried: `read the known host keys in ${file} for ${nameOf(hop)}`,
      found: (error as Error).message,
      left: ["the host was not contacted"],
      next: `let the user who runs Pulumi read the file${hop.setting === undefined ? "" : `, or set ${hop.setting}.hostKey or ${hop.setting}.knownHostsFile`}`,
    };
    throw new AccessFailure(parts, { cause: error });
  }
}

/** Prints the fingerprints of all types, of which the offered key is one. */
const shownThere = "for key in /etc/ssh/ssh_host_*_key.pub; do ssh-keygen -lf $key; done";

function unknown(hop: Hop, key: Buffer, source: string): HostKeyFailure {
  const pin = hop.setting === undefined ? "" : `set ${hop.setting}.hostKey to "${fingerprint(key)}" or `;
  return new HostKeyFailure({
    code: "host-key-unknown",
    tried: `verify the host key of ${nameOf(hop)}`,
    found: `the host offers ${keyTypeOf(key)} ${fingerprint(key)}; ${source} holds no key for it that this program can verify`,
    left: ["no credential was sent, nothing was changed"],
    next: `compare the fingerprint on the host's own console (${shownThere}). Where it is the same, ${pin}add the host to known_hosts`,
  });
}

function changed(hop: Hop, key: Buffer, expected: readonly string[], source: string): HostKeyFailure {
  return new HostKeyFailure({
    code: "host-key-changed",
    tried: `verify the host key of ${nameOf(hop)}`,
    found: `HOST KEY CHANGED: the host offers ${keyTypeOf(key)} ${fingerprint(key)}; ${source} expects ${expected.join(" or ")}`,
    left: ["no credential was sent, nothing was changed"],
    next: `somebody may be between you and the host: do not go on before you know why the key is new (a reinstalled host, an address that another machine has now). Then compare it on the host's own console (${shownThere}), and replace the old one in ${source}; in a known_hosts file \`ssh-keygen -R\` takes it out`,
  });
}

function revoked(hop: Hop, key: Buffer, source: string): HostKeyFailure {
  return new HostKeyFailure({
    code: "host-key-revoked",
    tried: `verify the host key of ${nameOf(hop)}`,
    found: `the host offers ${keyTypeOf(key)} ${fingerprint(key)}, which ${source} marks as @revoked`,
    left: ["no credential was sent, nothing was changed"],
    next: `somebody has declared this key stolen or out of use. Give the host a new one (ssh-keygen -A makes it, after the old files /etc/ssh/ssh_host_* are moved away; then systemctl restart ssh), and record that in known_hosts`,
  });
}
