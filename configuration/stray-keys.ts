// Unknown keys: the message for one, which helps to find the key that was meant.
import * as pulumi from "@pulumi/pulumi";
import type { z } from "zod";
import { nearest } from "./did-you-mean.ts";
import { bare, keysOf, type Path, partAt, placesIn } from "./schema-parts.ts";
import { placeOf, setCommand } from "./stack-key.ts";

/**
 * Places where users often put secrets, and the keys where they belong: one secret inside `hosts`
 * would encrypt all of it.
 */
const secretsElsewhere: readonly { readonly inside: string; readonly key: string; readonly belongs: string }[] = [
  { inside: "connection", key: "password", belongs: "sshPassword" },
  { inside: "connection", key: "privateKeyPassword", belongs: "sshKeyPassphrase" },
  { inside: "connection", key: "sudoPassword", belongs: "sudoPassword" },
  { inside: "connection", key: "sshPassword", belongs: "sshPassword" },
  { inside: "connection", key: "sshKeyPassphrase", belongs: "sshKeyPassphrase" },
  { inside: "tls", key: "key", belongs: "tlsKey" },
  { inside: "tls", key: "tlsKey", belongs: "tlsKey" },
  { inside: "ldap", key: "bindPassword", belongs: "ldapBindPassword" },
  { inside: "ldap", key: "ldapBindPassword", belongs: "ldapBindPassword" },
  { inside: "accounts", key: "password", belongs: "accountPasswords" },
  { inside: "hosts", key: "proofPassword", belongs: "hostSecrets" },
  { inside: "hosts", key: "ldapBindPassword", belongs: "hostSecrets" },
  { inside: "hosts", key: "tlsKey", belongs: "hostSecrets" },
  { inside: "hosts", key: "sudoPassword", belongs: "hostSecrets" },
  { inside: "hosts", key: "sshPassword", belongs: "hostSecrets" },
  { inside: "hosts", key: "sshKeyPassphrase", belongs: "hostSecrets" },
  { inside: "hosts", key: "accountPasswords", belongs: "hostSecrets" },
];

/**
 * The message for `key` in the object at `path`. It never includes the value, which may be a
 * secret. `names` returns the host or account at a path.
 */
export function strayKey(
  schema: z.ZodType,
  path: Path,
  key: string,
  names: (path: Path) => string | undefined,
): string {
  const inside = path.findLast((part) => typeof part === "string");
  if (inside === "proxy" && key === "password")
    return "a jump host has no password here: let it take a key, by privateKeyFile or the ssh-agent; and take the password out of the file, where it stands in plain text";
  if (key === "privateKey")
    return "a key stays in its file: give the path as privateKeyFile, and take the key out of this one, where it stands in plain text";
  const secret = secretPlace(inside === "proxy" ? "connection" : inside, path, key, names);
  if (secret !== undefined)
    return `a secret has a key of its own: ${setCommand(secret, { secret: true })}, and take this one out of the file, where it stands in plain text`;
  if (path.length === 0 && /[.[]/.test(key))
    return `the key has a path for its name: set it with \`pulumi config set --stack ${pulumi.getStack()} --path '${key}'\`, and take this one away with \`pulumi config rm --stack ${pulumi.getStack()} '${key}'\``;
  const siblings = keysOf(partAt(schema, path));
  const here = nearest(key, siblings);
  if (here !== undefined) return `unknown key; did you mean ${here}?`;
  const there = elsewhere(schema, key);
  if (there !== undefined) return `unknown key here; did you mean ${there}?`;
  return `unknown key; known here are ${siblings.join(", ")}`;
}

/** The key for the secret; `undefined` for a key that is not a secret. */
function secretPlace(
  inside: string | undefined,
  path: Path,
  key: string,
  names: (path: Path) => string | undefined,
): Path | undefined {
  const found = secretsElsewhere.find((row) => row.inside === inside && row.key === key);
  if (found === undefined) return undefined;
  const owner = names(path) ?? "NAME";
  if (found.belongs === "hostSecrets") return ["hostSecrets", owner, key];
  return found.belongs === "accountPasswords" ? ["accountPasswords", owner] : [found.belongs];
}

/**
 * The path of the same or nearly the same key elsewhere, such as a key of tls beside it, or the
 * reverse.
 */
function elsewhere(schema: z.ZodType, key: string): string | undefined {
  const places = placesIn(bare(schema));
  const word = nearest(key, [...new Set(places.map((place) => String(place.at(-1))))]);
  const place = places.filter((path) => path.at(-1) === word).sort((one, other) => one.length - other.length)[0];
  if (place === undefined) return undefined;
  return place.length === 1 ? `${placeOf(place)} of the whole stack` : placeOf(place).replaceAll("[0]", "[]");
}
