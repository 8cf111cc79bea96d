// Fills in a schema's defaults in the program too, so that the inputs of the program and those in
// the state are the same text: Pulumi compares them before our check runs.
import { type ZodObject, z } from "zod";

/** `values` with the default of every omitted input. */
export function withDefaults<Values extends object>(schema: ZodObject, values: Values): Values {
  const defaults = Object.entries(schema.shape).flatMap(([name, field]) => {
    const given = (values as Record<string, unknown>)[name] !== undefined;
    return given || !(field instanceof z.ZodDefault) ? [] : [[name, field.def.defaultValue]];
  });
  return { ...values, ...Object.fromEntries(defaults) };
}
