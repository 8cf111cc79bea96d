// A key pair of the operator, made by OpenSSH.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { execa } from "execa";

export interface OperatorKey {
  readonly file: string;
  /** For authorized_keys. */
  readonly line: string;
  /** As sshd logs it. */
  readonly fingerprint: string;
}

export async function operatorKey(folder: string, name: string, passphrase: string): Promise<OperatorKey> {
  const file = join(folder, name);
  await execa("ssh-keygen", ["-q", "-t", "ed25519", "-a", "4", "-N", passphrase, "-C", name, "-f", file]);
  const { stdout } = await execa("ssh-keygen", ["-l", "-f", file]);
  return { file, line: readFileSync(`${file}.pub`, "utf8").trim(), fingerprint: stdout.split(" ")[1] ?? "" };
}
