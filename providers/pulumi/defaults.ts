// Fills in a schema's defaults on the program's side too, so that what the program asks for and what the state holds are the
// same text: Pulumi compares them before our check has run.
import { type ZodObject, z } from "zod";

/** `values` with the default of every input that was not given. */
export function withDefaults<Values extends object>(schema: ZodObject, values: Values): Values {
  const defaults = Object.entries(schema.shape).flatMap(([name, field]) => {
    const given = (values as Record<string, unknown>)[name] !== undefined;
    return given || !(field instanceof z.ZodDefault) ? [] : [[name, field.def.defaultValue]];
  });
  return { ...values, ...Object.fromEntries(defaults) };
}
