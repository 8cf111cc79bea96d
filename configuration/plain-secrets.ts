// Secrets that stand in plain text. The engine calls a whole key secret as soon as one value inside
// it is encrypted, and hands all of it over decrypted: which of the others are not encrypted stands
// in the stack's file alone.
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import * as pulumi from "@pulumi/pulumi";
import { stackSchema } from "./schema.ts";
import type { Path } from "./schema-parts.ts";
import { isSecret } from "./secret-keys.ts";
import { encryptedKeys, placeOf, setCommand } from "./stack-key.ts";

/** The usual file of the stack. The engine tells no program of a `--config-file` in its place. */
export function usualStackFile(): string {
  return join(pulumi.getRootDirectory(), `Pulumi.${pulumi.getStack()}.yaml`);
}

/**
 * One line for each secret that is not encrypted, with the command that encrypts it. A value of the
 * file counts only where it is the one in use: the configuration may come from another file or from
 * an environment of Pulumi ESC.
 */
export function plainSecrets(values: Readonly<Record<string, unknown>>, file: string): string[] {
  const encrypted = encryptedKeys();
  const secrets = Object.keys(values).filter((key) =>
    isSecret(stackSchema.shape[key as keyof typeof stackSchema.shape]),
  );
  const isMixed = secrets.some((key) => encrypted.has(key) && typeof values[key] === "object");
  const written = isMixed ? configurationIn(file) : {};
  return secrets
    .flatMap((key) => leavesOf(values[key], [key]))
    .filter(({ path, text }) => !encrypted.has(String(path[0])) || textAt(written, path) === text)
    .map(
      ({ path }) =>
        `${placeOf(path)}: stands in plain text: set it again with ${setCommand(path, { secret: true })}, and use a new secret where others may have read the file`,
    );
}

/** `config` of a stack's file, with the project's own keys without the project's name. */
function configurationIn(file: string): Readonly<Record<string, unknown>> {
  const { config } = parsed(file) ?? {};
  const prefix = `${pulumi.getProject()}:`;
  const ownName = (key: string) => (key.startsWith(prefix) ? key.slice(prefix.length).replace(/^config:/, "") : key);
  return Object.fromEntries(Object.entries(config ?? {}).map(([key, value]) => [ownName(key), value]));
}

/** The engine has read the file that is in use, so one that is absent or broken is another one. */
function parsed(file: string): { readonly config?: object | null } | null | undefined {
  try {
    // Few stacks have secrets inside secrets, so the parser is loaded only for them.
    const { parse } = createRequire(import.meta.url)("yaml") as typeof import("yaml");
    return parse(readFileSync(file, "utf8")) as { config?: object } | null;
  } catch {
    return undefined;
  }
}

function leavesOf(value: unknown, path: Path): { readonly path: Path; readonly text: string }[] {
  if (typeof value !== "object" || value === null) return [{ path, text: String(value) }];
  return Object.entries(value).flatMap(([name, inner]) => leavesOf(inner, [...path, name]));
}

/** The plain value at a path. An encrypted one is an object, `{secure: v1:…}`, and no text. */
function textAt(written: unknown, path: Path): string | undefined {
  const value = path.reduce<unknown>(
    (inner, part) => (typeof inner === "object" ? (inner as Record<PropertyKey, unknown> | null)?.[part] : undefined),
    written,
  );
  return value === undefined || value === null || typeof value === "object" ? undefined : String(value);
}
