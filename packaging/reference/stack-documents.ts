// What the schema of the stack's configuration is written to: the table of the README and the declarations of Pulumi.yaml.
import { stringify } from "yaml";
import { z } from "zod";
import { bare } from "../../configuration/schema-parts.ts";
import { hostKeys, type StackKey, stackKeys } from "./stack-keys.ts";

const tableBegins = "<!-- made by `npm run reference` from configuration/schema.ts -->\n";
const tableEnds = "<!-- end of what is made -->\n";
const declarations = "\nconfig:\n";

/** README.md with the table of today. */
export function withTable(readme: string): string {
  const [before, rest] = cut(readme, tableBegins);
  const [, after] = cut(rest, tableEnds);
  return `${before}${tableBegins}\n${table()}\n${tableEnds}${after}`;
}

/** Pulumi.yaml with the declarations of today, which are its last part. */
export function withDeclarations(project: string): string {
  const [before] = cut(project, declarations);
  const config = Object.fromEntries(stackKeys().map((key) => [key.place, declaration(key)]));
  return `${before}${declarations}  # made by \`npm run reference\` from configuration/schema.ts. Each key has a default, since one without it must be
  # set, and one that is declared as \`secret\` can have none: the program itself refuses secrets in plain text
${stringify({ config }, { lineWidth: 0 }).replace("config:\n", "")}`;
}

function cut(text: string, mark: string): [string, string] {
  const at = text.indexOf(mark);
  if (at < 0) throw new Error(`the line "${mark.trim()}" is missing`);
  return [text.slice(0, at), text.slice(at + mark.length)];
}

function table(): string {
  const [hosts, ...others] = stackKeys();
  const rows = [...(hosts === undefined ? [] : [hosts]), ...hostKeys(), ...others].map((key) => [
    `\`${key.place.replace("hosts[].connection.", "….")}\``,
    typeOf(key),
    key.default === undefined ? "–" : String(key.default),
    meaningOf(key),
  ]);
  const all = [["key", "type", "default", "meaning"], ...rows];
  const widths = [0, 1, 2, 3].map((column) => Math.max(...all.map((row) => row[column]?.length ?? 0)));
  const lines = all.map((row) => `| ${row.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join(" | ")} |`);
  const rule = `| ${widths.map((width) => "-".repeat(width)).join(" | ")} |`;
  return `${[lines[0], rule, ...lines.slice(1)].join("\n")}\n`;
}

function meaningOf({ schema, description, page }: StackKey): string {
  const values = schema instanceof z.ZodEnum ? `\`${schema.options.join("`, `")}\`: ` : "";
  return `${values}${description}${page === undefined ? "" : `; [more](${page})`}`;
}

function typeOf({ schema, secret }: StackKey): string {
  if (secret) return "secret";
  if (schema instanceof z.ZodBoolean) return "yes/no";
  if (schema instanceof z.ZodNumber) return "number";
  if (schema instanceof z.ZodArray) return "list";
  return schema instanceof z.ZodString || schema instanceof z.ZodEnum ? "text" : "object";
}

/** As Pulumi's projects know it: type, meaning, and a default that says nothing where there is none. */
function declaration({ schema, secret, description, default: value }: StackKey) {
  const told = `${description[0]?.toUpperCase()}${description.slice(1)}${secret ? "; set it with --secret" : ""}`;
  if (schema instanceof z.ZodBoolean) return { type: "boolean", description: told, default: value === true };
  // a number that says nothing is none: such a key is declared as text
  if (schema instanceof z.ZodNumber && value !== undefined)
    return { type: "integer", description: told, default: value };
  if (schema instanceof z.ZodArray) {
    const type = bare(schema.element as z.ZodType) instanceof z.ZodString ? "string" : "object";
    return { type: "array", items: { type }, description: told, default: [] as never[] };
  }
  if (schema instanceof z.ZodNumber || schema instanceof z.ZodString || schema instanceof z.ZodEnum)
    return { type: "string", description: told, default: value ?? "" };
  return { type: "object", description: told, default: {} };
}
