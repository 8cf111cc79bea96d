// The meaning of a key, besides its type: for the declarations of Pulumi.yaml, the table of the
// README and the JSON schema for editors.
import type { z } from "zod";

interface More {
  /**
   * The default in words or as a value. The schema does not apply it. For a text, number or boolean
   * key of the stack it is written to Pulumi.yaml and applied by the engine, so it must be a valid
   * value there; for every other key it is documentation, and the code has the value.
   */
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
