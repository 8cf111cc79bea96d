// The keys of the stack's configuration one by one, as the schema has them: place, type, default, meaning.
import type { z } from "zod";
import type { About } from "../../configuration/about.ts";
import { stackSchema } from "../../configuration/schema.ts";
import { bare, keysOf, partAt } from "../../configuration/schema-parts.ts";

export interface StackKey extends About {
  readonly place: string;
  readonly schema: z.ZodType;
}

/** Those of the stack, in the order of the schema. */
export function stackKeys(): StackKey[] {
  return keysIn(stackSchema, (key) => key);
}

/** Those of `hosts[]` that the stack does not have, and those of its connection. */
export function hostKeys(): StackKey[] {
  const host = partAt(stackSchema, ["hosts", 0]) as z.ZodType;
  const own = keysIn(host, (key) => `hosts[].${key}`).filter(
    ({ place }) => !keysOf(stackSchema).includes(place.slice(8)),
  );
  const connection = keysIn(partAt(host, ["connection"]) as z.ZodType, (key) => `hosts[].connection.${key}`);
  return [...own, ...connection];
}

function keysIn(schema: z.ZodType, placeOf: (key: string) => string): StackKey[] {
  return keysOf(schema).map((key) => {
    const part = bare(partAt(schema, [key]) as z.ZodType);
    const { description, ...more } = (part.meta() ?? {}) as Partial<About>;
    if (description === undefined)
      throw new Error(`${placeOf(key)} says nothing of itself: describe it in configuration/`);
    return { ...more, place: placeOf(key), schema: part, description };
  });
}
