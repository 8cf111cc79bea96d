// Lookups in a schema: the part at a path, and the keys of that part.
import { z } from "zod";

export type Path = readonly PropertyKey[];

/** The schema without its optional and default wrappers. */
export function bare(schema: z.ZodType): z.ZodType {
  return schema instanceof z.ZodOptional || schema instanceof z.ZodDefault
    ? bare(schema.unwrap() as z.ZodType)
    : schema;
}

/** The part at a path; `undefined` where the path leads out of the schema. */
export function partAt(schema: z.ZodType, [first, ...rest]: Path): z.ZodType | undefined {
  const whole = bare(schema);
  if (first === undefined) return whole;
  const part =
    whole instanceof z.ZodObject
      ? whole.shape[String(first)]
      : whole instanceof z.ZodArray
        ? whole.element
        : whole instanceof z.ZodRecord
          ? whole.valueType
          : undefined;
  return part === undefined ? undefined : partAt(part as z.ZodType, rest);
}

/** The keys of an object; none where it is not an object, or accepts any key. */
export function keysOf(schema: z.ZodType | undefined): readonly string[] {
  return schema instanceof z.ZodObject ? Object.keys(schema.shape) : [];
}

/**
 * The path of every key in the schema, in its order, without recursion into a part that contains
 * itself (a jump host's jump host).
 */
export function placesIn(schema: z.ZodType, at: Path = [], above: readonly z.ZodType[] = []): readonly Path[] {
  const whole = bare(schema);
  if (above.includes(whole)) return [];
  if (whole instanceof z.ZodArray) return placesIn(whole.element as z.ZodType, [...at, 0], [...above, whole]);
  return keysOf(whole).flatMap((key) => [
    [...at, key],
    ...placesIn(partAt(whole, [key]) as z.ZodType, [...at, key], [...above, whole]),
  ]);
}
