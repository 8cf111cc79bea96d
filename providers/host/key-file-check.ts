// Checks the files of the operator that a connection names, without a connection, so that an unusable
// one is reported before a host is dialled.
import { readFileSync, statSync } from "node:fs";
import { homeExpanded } from "./operator-files.ts";

/**
 * Why no login is possible with this file; `undefined` where no problem is found. It never contains
 * any text of the key.
 */
export function wrongWithKeyFile(file: string, hasPassphrase: boolean): string | undefined {
  const path = homeExpanded(file);
  const { text, unreadable } = contentOf(path);
  if (unreadable !== undefined) return unreadable;
  if (/^(ssh-|ecdsa-|sk-)\S+ [A-Za-z0-9+/=]+/.test(text) || text.startsWith("---- BEGIN SSH2 PUBLIC KEY"))
    return `is a public key: name the private one, mostly ${file.replace(/\.pub$/, "")}`;
  const mode = modeOf(path);
  if (mode !== undefined) return `can be read by others (mode ${mode}), as ssh would refuse it too: chmod 600 ${file}`;
  if (!hasPassphrase && isEncrypted(text))
    return "has a passphrase: set the secret sshKeyPassphrase of the stack's configuration (`pulumi config set --secret sshKeyPassphrase`, which asks for it), or let the ssh-agent hold the key (ssh-add) and give no file";
  return undefined;
}

/** Why no host key can be looked up in this file; `undefined` where it can be read. */
export function wrongWithKnownHostsFile(file: string): string | undefined {
  return contentOf(homeExpanded(file)).unreadable;
}

function contentOf(path: string): { text: string; unreadable?: string } {
  try {
    return { text: readFileSync(path, "utf8") };
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    const unreadable =
      code === "ENOENT"
        ? "is not there; a relative path starts at the project folder"
        : `cannot be read (${code}): it must be a file that the user who runs Pulumi can read`;
    return { text: "", unreadable };
  }
}

/**
 * The mode of a file that others can access. ssh(1) checks the mode of the user's own files only
 * (sshkey_perm_ok in authfile.c).
 */
function modeOf(path: string): string | undefined {
  const { mode, uid } = statSync(path);
  return uid === process.getuid?.() && (mode & 0o077) !== 0 ? (mode & 0o777).toString(8) : undefined;
}

/**
 * PEM states it in words. OpenSSH's own format names the cipher at its beginning (PROTOCOL.key),
 * "none" where there is none.
 */
function isEncrypted(text: string): boolean {
  if (/^-----BEGIN ENCRYPTED |^Proc-Type: 4,ENCRYPTED/m.test(text)) return true;
  const [, body] = /-----BEGIN OPENSSH PRIVATE KEY-----([\s\S]*?)-----END/.exec(text) ?? [];
  const bytes = Buffer.from(body ?? "", "base64");
  const magic = "openssh-key-v1\0";
  if (bytes.subarray(0, magic.length).toString("latin1") !== magic) return false;
  const length = bytes.readUInt32BE(magic.length);
  return bytes.subarray(magic.length + 4, magic.length + 4 + length).toString("latin1") !== "none";
}
