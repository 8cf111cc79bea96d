// The stack's keys as values of the schema. An invalid configuration ends the run here, before any
// host is contacted.
import * as pulumi from "@pulumi/pulumi";
import { complaintsOf } from "./complaints.ts";
import { nearest } from "./did-you-mean.ts";
import { type StackConfiguration, stackSchema } from "./schema.ts";
import { partAt } from "./schema-parts.ts";
import { isSecret } from "./secret-keys.ts";
import { type Settings, settings } from "./settings.ts";
import { encryptedKeys, foreignKeys, isEmpty, ownKeys, placeOf, readValue, unusable } from "./stack-key.ts";

/** All keys, and those of them that a group or a host may override. */
export function readStack(): { readonly stack: StackConfiguration; readonly settings: Settings } {
  const all = [...ownKeys()].map(([key, text]) => [key, readValue(text, partAt(stackSchema, [key]))] as const);
  const values = Object.fromEntries(all.filter(([, value]) => !isEmpty(value)));
  const parsed = stackSchema.safeParse(values);
  const wrong = parsed.success ? [] : complaintsOf(stackSchema, values, parsed.error.issues);
  const complaints = [...nearNamespaces(), ...wrong, ...inPlainText(values)];
  if (!parsed.success || complaints.length > 0) throw unusable(complaints);
  const stack = parsed.data;
  return { stack, settings: Object.fromEntries(Object.entries(stack).filter(([key]) => key in settings)) };
}

/**
 * Namespaces close to the project's name, probably typing errors. Those of other projects and
 * providers are ignored.
 */
function nearNamespaces(): string[] {
  const project = pulumi.getProject();
  return foreignKeys().flatMap((key) => {
    const [namespace = "", name = ""] = key.split(/:(.*)/s);
    return nearest(namespace, [project]) === undefined
      ? []
      : [`${key}: nobody reads it, since the project is called ${project}; did you mean ${project}:${name}?`];
  });
}

/** Secrets that are not encrypted, each with the command that encrypts it. */
function inPlainText(values: Readonly<Record<string, unknown>>): string[] {
  const encrypted = encryptedKeys();
  return Object.keys(values)
    .filter((key) => isSecret(stackSchema.shape[key as keyof typeof stackSchema.shape]) && !encrypted.has(key))
    .map((key) => {
      const place = firstPlace(key, values[key]);
      return `${key}: stands in plain text: set it again with \`pulumi config set --secret ${place}\``;
    });
}

/** The key, or the path of the first secret in it, as the command line names it. */
function firstPlace(key: string, value: unknown): string {
  const [name, inner] = Object.entries(typeof value === "object" && value !== null ? value : {})[0] ?? [];
  if (name === undefined) return key;
  const [field] = Object.keys(typeof inner === "object" && inner !== null ? inner : {});
  return `--path '${placeOf([key, name, ...(field === undefined ? [] : [field])])}'`;
}
