// The names of the stack's configuration keys in messages, and the parsing of their text.
import * as pulumi from "@pulumi/pulumi";
import { z } from "zod";
import { bare, type Path } from "./schema-parts.ts";

/** The path in the form that `pulumi config set --path` accepts. */
export function placeOf(path: Path): string {
  return path.reduce<string>((text, part) => {
    if (typeof part === "number") return `${text}[${part}]`;
    const name = String(part);
    if (text === "") return name;
    return /^[A-Za-z0-9_-]+$/.test(name) ? `${text}.${name}` : `${text}["${name}"]`;
  }, "");
}

/** The command that sets a key of this stack: with `--stack`, since another one may be selected. */
export function setCommand(path: Path, { secret = false } = {}): string {
  return `\`pulumi config set --stack ${pulumi.getStack()}${secret ? " --secret" : ""} ${argumentOf(path)}\``;
}

/** The command that takes a key of this stack away. */
export function removeCommand(path: Path): string {
  return `\`pulumi config rm --stack ${pulumi.getStack()} ${argumentOf(path)}\``;
}

/** A key as the shell and the command take it: one with a path is quoted. */
function argumentOf(path: Path): string {
  return path.length === 1 ? placeOf(path) : `--path '${placeOf(path)}'`;
}

/** The project's own keys with their text from the engine; secrets are in plain text here. */
export function ownKeys(): ReadonlyMap<string, string> {
  const prefix = `${pulumi.getProject()}:`;
  const all = Object.entries(pulumi.runtime.allConfig());
  return new Map(all.filter(([key]) => key.startsWith(prefix)).map(([key, text]) => [key.slice(prefix.length), text]));
}

/** Keys with another prefix than the project's name. */
export function foreignKeys(): string[] {
  const prefix = `${pulumi.getProject()}:`;
  return Object.keys(pulumi.runtime.allConfig()).filter((key) => !key.startsWith(prefix));
}

/** Which of the project's own keys are encrypted in the stack's file, or have a part that is. */
export function encryptedKeys(): ReadonlySet<string> {
  const prefix = `${pulumi.getProject()}:`;
  const all = JSON.parse(process.env.PULUMI_CONFIG_SECRET_KEYS ?? "[]") as string[];
  return new Set(all.filter((key) => key.startsWith(prefix)).map((key) => key.slice(prefix.length)));
}

/** The value of a text. A text that is not JSON stays a string, which the schema then validates. */
export function readValue(text: string, schema: z.ZodType | undefined): unknown {
  const kind = schema === undefined ? undefined : bare(schema);
  if (kind === undefined || kind instanceof z.ZodString || kind instanceof z.ZodEnum) return text;
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

/**
 * Whether a value counts as not set: Pulumi.yaml must give each key a default, and gives an empty
 * one where the key has none.
 */
export function isEmpty(value: unknown): boolean {
  if (typeof value !== "object") return value === undefined || value === "";
  return value !== null && !Array.isArray(value) && Object.keys(value).length === 0;
}

/** The error that ends the run, with one line for each complaint. */
export function unusable(complaints: readonly string[]): Error {
  const lines = [...new Set(complaints)].map((complaint) => `  ${inCommandOfUser(complaint)}`);
  return new pulumi.RunError(
    `the configuration of this stack cannot be used, and nothing was changed:\n${lines.join("\n")}`,
  );
}

/**
 * Commands as the user can type them. npm names the script that it runs (npm-run-script(1)); where
 * that is one of this project, there may be no `pulumi` on PATH.
 */
function inCommandOfUser(complaint: string): string {
  const ofProject = ["pulumi", "doctor", "status"].includes(process.env.npm_lifecycle_event ?? "");
  return ofProject ? complaint.replaceAll("`pulumi ", "`npm run pulumi -- ") : complaint;
}
