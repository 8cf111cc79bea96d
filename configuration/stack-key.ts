// One key of the stack's configuration: validated, and refused where it should be a secret and is not.
import * as pulumi from "@pulumi/pulumi";
import type { z } from "zod";

/** A secret, or `undefined` where it is not set or empty. One that stands in plain text in the stack's file is refused. */
export function secret(config: pulumi.Config, key: string): pulumi.Output<string> | undefined {
  if (!config.get(key)) return undefined;
  refusePlain(config, key);
  return config.requireSecret(key);
}

/** For a key that holds secrets: it must be encrypted. `place` is how a person names what is in it. */
export function refusePlain(config: pulumi.Config, key: string, place = key): void {
  const encrypted = JSON.parse(process.env.PULUMI_CONFIG_SECRET_KEYS ?? "[]") as string[];
  if (!encrypted.includes(`${config.name}:${key}`)) {
    throw new pulumi.RunError(
      `${key} stands in plain text in the stack's configuration: set it again with \`pulumi config set --secret ${place}\``,
    );
  }
}

/** An object, or `undefined` where it is not set or has nothing in it. */
export function readObject<T>(config: pulumi.Config, key: string, schema: z.ZodType<T>): T | undefined {
  const value = config.getObject<object>(key) ?? {};
  return Object.keys(value).length === 0 ? undefined : parse(key, schema, value);
}

/** The value as the schema gives it; one that does not fit ends the run here. */
export function parse<T>(key: string, schema: z.ZodType<T>, value: unknown): T {
  const parsed = schema.safeParse(value);
  if (parsed.success) return parsed.data;
  const complaints = parsed.error.issues.map((issue) => {
    const [index] = issue.path;
    const name = key === "hosts" && typeof index === "number" ? (value as { name?: string }[])[index]?.name : undefined;
    return `  ${[key, ...issue.path.map(String)].join(".")}${name === undefined ? "" : ` (host ${name})`}: ${issue.message}`;
  });
  throw new pulumi.RunError(
    `the configuration of this stack can not be used; no host was contacted:\n${complaints.join("\n")}`,
  );
}
