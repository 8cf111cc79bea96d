// The meaning of a key, besides its type: for the declarations of Pulumi.yaml, the table of the
// README and the JSON schema for editors.
import type { z } from "zod";

interface More {
  /** The value of an omitted key, as in the stack's file, or in words. */
  readonly default?: string | number | boolean;
  /** A page with further details, relative to the project's folder. */
  readonly page?: string;
  /** It must be encrypted in the stack's file. */
  readonly secret?: true;
}

export type About = More & { readonly description: string };

/** The schema with its meaning, which is optional. */
export function key<Schema extends z.ZodType>(schema: Schema, description: string, more: More = {}) {
  return schema.meta({ description, ...more }).optional();
}

/** A key that must be encrypted in the stack's file. */
export function secretKey<Schema extends z.ZodType>(schema: Schema, description: string, more: More = {}) {
  return key(schema, description, { ...more, secret: true });
}
