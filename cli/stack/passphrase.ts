// The passphrase of the stacks whose state is in this checkout, where the user gives none: a random
// one in `.lab/passphrase`.
import { randomBytes } from "node:crypto";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { note } from "../progress.ts";
import { needsPassphrase, stackIn } from "./arguments.ts";
import { encryptedStacks, opens, saltInFile, saltOf, thisCheckout, unlessAbsent } from "./local-stacks.ts";

const shown = ".lab/passphrase";
const variables = "PULUMI_CONFIG_PASSPHRASE_FILE (or PULUMI_CONFIG_PASSPHRASE)";
const ownInstead = `or set ${variables} to the passphrase that they were made with`;
const lostForGood = 'docs/how-to/rescue.md, "The passphrase is lost", has the way out without it';

/** Whether the user gives a passphrase of their own, in one of the ways that Pulumi documents. */
function passphraseIsGiven(): boolean {
  return process.env.PULUMI_CONFIG_PASSPHRASE !== undefined || Boolean(process.env.PULUMI_CONFIG_PASSPHRASE_FILE);
}

/**
 * The variables to add for a command. Every stack's secrets are encrypted with a passphrase that
 * only this checkout has.
 */
export function passphraseFor(args: readonly string[], checkout = thisCheckout): NodeJS.ProcessEnv {
  if (passphraseIsGiven()) return {};
  const file = join(checkout.state, "passphrase");
  const text = unlessAbsent(() => readFileSync(file, "utf8"));
  if (text === undefined) {
    if (!needsPassphrase(args)) return {};
    refuseWhereOneIsLost(stackIn(args), checkout);
    make(file);
  } else if (text.trim() === "") {
    // Pulumi would accept an empty passphrase and encrypt with it.
    throw new Error(`${shown} is empty: restore it from the copy that you kept, ${ownInstead}; ${lostForGood}`);
  }
  return { PULUMI_CONFIG_PASSPHRASE_FILE: file };
}

/**
 * A new passphrase could not decrypt what the old one has encrypted, and would take the place of
 * the old one.
 */
function refuseWhereOneIsLost(stack: string | undefined, checkout: typeof thisCheckout): void {
  const inFile = stack !== undefined && saltInFile(stack, checkout) !== undefined ? `Pulumi.${stack}.yaml` : undefined;
  const inState = encryptedStacks(checkout).map((name) => `the stack ${name}`);
  const encrypted = [...inState, ...(inFile === undefined ? [] : [inFile])];
  if (encrypted.length === 0) return;
  throw new Error(
    `${shown} is not there, and there are secrets that a passphrase was given for (${encrypted.join(", ")}); no new one was made. ` +
      `Restore ${shown} from the copy that you kept, ${ownInstead}; ${lostForGood}`,
  );
}

function make(file: string): void {
  mkdirSync(join(file, ".."), { recursive: true, mode: 0o700 });
  writeFileSync(file, `${randomBytes(24).toString("base64")}\n`, { mode: 0o600, flag: "wx" });
  note(
    `made ${shown}, which encrypts the secrets of this checkout's stacks: keep a copy of it, or set PULUMI_CONFIG_PASSPHRASE_FILE`,
  );
}

/**
 * A reason why a command may have failed: the passphrase that was used is not the one of the stack.
 * `undefined` where it is.
 */
export async function passphraseProblem(stack: string, checkout = thisCheckout): Promise<string | undefined> {
  const { text, from } = passphraseInUse(checkout);
  const salt = saltOf(stack, checkout);
  if (text === undefined || salt === undefined || (await opens(salt, text))) return undefined;
  const mismatch = `the secrets of the stack ${stack} are not under the passphrase in ${from}`;
  return from === shown
    ? `${mismatch}: restore the one that they were made with, or set ${variables} to it (a stack dev of an earlier version of this project has "lab"); ${lostForGood}`
    : `${mismatch}: set it to the one that they were made with, or unset it where that is in ${shown}; ${lostForGood}`;
}

/** A variable precedes the file, as in Pulumi (passphrase.go in sdk/go/common). */
function passphraseInUse({ state }: typeof thisCheckout): { readonly text: string | undefined; readonly from: string } {
  const { PULUMI_CONFIG_PASSPHRASE: given, PULUMI_CONFIG_PASSPHRASE_FILE: file } = process.env;
  if (given !== undefined) return { text: given, from: "PULUMI_CONFIG_PASSPHRASE" };
  const read = (path: string) => unlessAbsent(() => readFileSync(path, "utf8"))?.trim();
  return file
    ? { text: read(file), from: "PULUMI_CONFIG_PASSPHRASE_FILE" }
    : { text: read(join(state, "passphrase")), from: shown };
}
