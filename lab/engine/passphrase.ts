// The passphrase of a stack whose state is in this checkout, where the user gives none.
import { randomBytes } from "node:crypto";
import { existsSync, mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { checkoutState } from "../paths.ts";

/** The lab's own stack. It is committed with a passphrase that everybody knows: its secrets are made up, its hosts are thrown away. */
export const labStack = "dev";

const file = join(checkoutState, "passphrase");

/** The variables to add. A stack of the user's own gets a random passphrase, made once for this checkout and kept beside its state. */
export function passphraseOf(stack: string | undefined): NodeJS.ProcessEnv {
  if (process.env.PULUMI_CONFIG_PASSPHRASE !== undefined || process.env.PULUMI_CONFIG_PASSPHRASE_FILE) return {};
  if (stack === labStack || (stack === undefined && !existsSync(file))) return { PULUMI_CONFIG_PASSPHRASE: "lab" };
  if (!existsSync(file)) {
    mkdirSync(checkoutState, { recursive: true, mode: 0o700 });
    writeFileSync(file, `${randomBytes(24).toString("base64")}\n`, { mode: 0o600, flag: "wx" });
    process.stderr.write(
      "lab: made .lab/passphrase, which encrypts the secrets of this checkout's stacks: keep a copy of it, or set PULUMI_CONFIG_PASSPHRASE_FILE\n",
    );
  }
  return { PULUMI_CONFIG_PASSPHRASE_FILE: file };
}
