// Keys that must be encrypted in the stack's file, as the schema marks them.
import type { z } from "zod";
import { bare } from "./schema-parts.ts";

export function isSecret(schema: z.ZodType | undefined): boolean {
  return schema !== undefined && bare(schema).meta()?.secret === true;
}
