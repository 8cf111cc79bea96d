// The schema of Pulumi.<stack>.yaml for editors (`# yaml-language-server: $schema=…`), made from the one that the program checks by.
import { z } from "zod";
import { stackSchema } from "../../configuration/schema.ts";
import { isSecret } from "../../configuration/secret-keys.ts";

type Json = Record<string, unknown>;

/** How Pulumi writes an encrypted value. */
const encrypted = {
  type: "object",
  properties: { secure: { type: "string" } },
  required: ["secure"],
  additionalProperties: false,
  // yaml-language-server shows it in the place of the type that it misses
  errorMessage: "A secret stands here encrypted, as `pulumi config set --secret` writes it, and never in plain text.",
};

export function stackFileSchema(project: string): Json {
  const { properties, $defs, definitions, $schema } = z.toJSONSchema(stackSchema, {
    target: "draft-7",
    io: "input",
    unrepresentable: "any",
    // what is for the README alone; a default in words is none
    override: ({ zodSchema, jsonSchema }) => {
      delete jsonSchema.page;
      delete jsonSchema.secret;
      explainPatterns(zodSchema, jsonSchema as Json);
      if (!(zodSchema instanceof z.ZodDefault)) delete jsonSchema.default;
    },
  }) as { properties: Record<string, Json>; $defs?: Json; definitions?: Json; $schema: string };
  const keys = Object.entries(properties).map(([key, schema]) => {
    const secret = isSecret(stackSchema.shape[key as keyof typeof stackSchema.shape]);
    return [`${project}:${key}`, secret ? encryptedIn(schema) : schema];
  });
  return {
    $schema,
    title: `A stack of ${project}`,
    description: "Made by `npm run reference` from configuration/schema.ts",
    type: "object",
    properties: {
      config: {
        type: "object",
        properties: Object.fromEntries(keys),
        // keys of other projects and providers are theirs
        patternProperties: { [`^(?!${project}:)`]: true },
        additionalProperties: false,
      },
    },
    ...($defs === undefined ? {} : { $defs }),
    ...(definitions === undefined ? {} : { definitions }),
  };
}

/** An editor shows the words of our own check, and not the regular expression (`patternErrorMessage`). */
function explainPatterns(schema: z.core.$ZodType, json: Json): void {
  const { checks = [] } = schema._zod.def;
  const words = new Map(
    checks.flatMap(({ _zod: { def } }) => {
      const { pattern, error } = def as unknown as { pattern?: RegExp; error?: z.core.$ZodErrorMap };
      if (pattern === undefined) return [];
      const said = error?.({ code: "invalid_format", input: "" } as z.core.$ZodRawIssue);
      return [[pattern.source, typeof said === "string" ? said : said?.message] as const];
    }),
  );
  for (const part of [json, ...((json.allOf as Json[] | undefined) ?? [])]) {
    const said = words.get(String(part.pattern));
    if (said !== undefined) part.patternErrorMessage = said;
  }
}

/** Each text of it encrypted, or the whole of it. */
function encryptedIn(schema: Json): Json {
  const { properties, additionalProperties, description } = schema as Record<string, Json | undefined>;
  if (schema.type !== "object") return { ...encrypted, description };
  const inner = {
    ...schema,
    ...(properties === undefined
      ? {}
      : {
          properties: Object.fromEntries(
            Object.entries(properties).map(([key, part]) => [key, encryptedIn(part as Json)]),
          ),
        }),
    ...(typeof additionalProperties === "object" ? { additionalProperties: encryptedIn(additionalProperties) } : {}),
  };
  return { description, anyOf: [encrypted, inner] };
}
