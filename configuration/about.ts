// What a key means, beside what it may be: for the declarations of Pulumi.yaml, the table of the README and the schema for editors.
import type { z } from "zod";

interface More {
  /** What holds where nothing is said, as the stack's file would say it, or in words. */
  readonly default?: string | number | boolean;
  /** A page with more of it, from the project's folder. */
  readonly page?: string;
  /** It must be encrypted in the stack's file. */
  readonly secret?: true;
}

export type About = More & { readonly description: string };

/** The schema with its meaning, which may be left out. */
export function key<Schema extends z.ZodType>(schema: Schema, description: string, more: More = {}) {
  return schema.meta({ description, ...more }).optional();
}

/** A key that must be encrypted in the stack's file. */
export function secretKey<Schema extends z.ZodType>(schema: Schema, description: string, more: More = {}) {
  return key(schema, description, { ...more, secret: true });
}
