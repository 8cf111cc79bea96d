// The stacks whose state is in this checkout, and the salts of their passphrases, from Pulumi's own
// files.
import { createDecipheriv, pbkdf2 } from "node:crypto";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { promisify } from "node:util";
import { gunzipSync } from "node:zlib";
import { checkoutState, projectRoot } from "../paths.ts";

/** A checkout of this project. */
export interface Checkout {
  /** The folder with Pulumi.yaml and the stacks' files. */
  readonly project: string;
  /**
   * The folder that git ignores: the state of the file backend in `pulumi/`, and the passphrase.
   */
  readonly state: string;
}

export const thisCheckout: Checkout = { project: projectRoot, state: checkoutState };

/** The names of the stacks whose state is in the checkout. */
export function localStacks(checkout = thisCheckout): string[] {
  return stateFiles(checkout).flatMap((file) => stackOf(file) ?? []);
}

/** The salt in a stack's own file, else in its state; `undefined` where neither has one. */
export function saltOf(stack: string, checkout = thisCheckout): string | undefined {
  return saltInFile(stack, checkout) ?? saltInState(stack, checkout);
}

/** The salt in `Pulumi.<stack>.yaml`. With a salt that file has secrets, or may have some. */
export function saltInFile(stack: string, { project } = thisCheckout): string | undefined {
  const text = unlessAbsent(() => readFileSync(join(project, `Pulumi.${stack}.yaml`), "utf8"));
  return /^encryptionsalt: *["']?([^\s"']+)/m.exec(text ?? "")?.[1];
}

/**
 * The stacks whose state is encrypted by a passphrase, and those whose state cannot be read, for
 * which that is unknown.
 */
export function encryptedStacks(checkout = thisCheckout): string[] {
  return localStacks(checkout).filter((stack) => {
    try {
      return saltInState(stack, checkout) !== undefined;
    } catch {
      return true;
    }
  });
}

interface Deployment {
  readonly secrets_providers?: { readonly state?: { readonly salt?: string } };
}

function saltInState(stack: string, checkout: Checkout): string | undefined {
  const file = stateFiles(checkout).find((path) => stackOf(path) === stack);
  if (file === undefined) return undefined;
  const bytes = readFileSync(file);
  const text = (file.endsWith(".gz") ? gunzipSync(bytes) : bytes).toString();
  const { checkpoint } = JSON.parse(text) as { checkpoint?: { latest?: Deployment } };
  return checkpoint?.latest?.secrets_providers?.state?.salt;
}

function stateFiles({ state }: Checkout): string[] {
  const folder = join(state, "pulumi", ".pulumi", "stacks");
  const names = unlessAbsent(() => readdirSync(folder, { recursive: true })) ?? [];
  return names.map((name) => join(folder, String(name))).sort();
}

function stackOf(file: string): string | undefined {
  return /([^/]+)\.json(\.gz)?$/.exec(file)?.[1];
}

/** Whether a passphrase belongs to a salt: Pulumi appends a known word, encrypted, to each salt. */
export async function opens(salt: string, passphrase: string): Promise<boolean> {
  const [, bytes = "", , nonce = "", encrypted = ""] = salt.split(":");
  const key = await promisify(pbkdf2)(passphrase, Buffer.from(bytes, "base64"), 1_000_000, 32, "sha256");
  const data = Buffer.from(encrypted, "base64");
  const decipher = createDecipheriv("aes-256-gcm", key, Buffer.from(nonce, "base64"));
  try {
    decipher.setAuthTag(data.subarray(-16));
    decipher.update(data.subarray(0, -16));
    decipher.final();
    return true;
  } catch {
    return false;
  }
}

/** An absent file is `undefined`; an unreadable one is an error that names it. */
export function unlessAbsent<T>(read: () => T): T | undefined {
  try {
    return read();
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return undefined;
    throw error;
  }
}
