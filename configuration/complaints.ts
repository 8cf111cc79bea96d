// Validation errors with the names of the stack's file: which key, of which host, and what it must
// be.
import type { z } from "zod";
import { nearest } from "./did-you-mean.ts";
import type { Path } from "./schema-parts.ts";
import { placeOf } from "./stack-key.ts";
import { strayKey } from "./stray-keys.ts";

type Issue = z.core.$ZodIssue;

const words: Readonly<Record<string, string>> = {
  string: "text",
  int: "a whole number",
  number: "a number",
  boolean: "true or false",
  array: "a list",
  object: "an object",
  record: "an object",
};

/** One line for each error. `values` is the parsed input. */
export function complaintsOf(schema: z.ZodType, values: unknown, issues: readonly Issue[]): string[] {
  const names = (path: Path) => nameAt(values, path);
  // An unknown key comes first, since it is often the reason why another one is missing.
  const strayFirst = [...issues].sort((one, other) => Number(isStray(other)) - Number(isStray(one)));
  return strayFirst.flatMap((issue) => {
    if (!isStray(issue)) {
      const place = placeOf(issue.path);
      return [`${place}${hostAt(values, issue.path)}: ${saying(issue, valueAt(values, issue.path))}`];
    }
    return issue.keys.map(
      (key) =>
        `${placeOf([...issue.path, key])}${hostAt(values, issue.path)}: ${strayKey(schema, issue.path, key, names)}`,
    );
  });
}

function isStray(issue: Issue): issue is z.core.$ZodIssueUnrecognizedKeys {
  return issue.code === "unrecognized_keys";
}

function saying(issue: Issue, value: unknown): string {
  if (value === undefined && issue.code === "invalid_type") return "is missing";
  switch (issue.code) {
    case "invalid_type":
      return `must be ${words[issue.expected] ?? issue.expected}, and is ${kindOf(value)}`;
    case "invalid_value": {
      const all = issue.values.map(String);
      const meant = nearest(String(value), all);
      return `must be one of ${all.join(", ")}${meant === undefined ? "" : `; did you mean ${meant}?`}`;
    }
    case "invalid_key":
      return `the name ${issue.issues.map(({ message }) => message).join(", ")}`;
    case "too_small":
    case "too_big":
      return issue.message.startsWith("Too ") ? bound(issue) : issue.message;
    default:
      return issue.message;
  }
}

function bound(issue: Extract<Issue, { code: "too_small" | "too_big" }>): string {
  const [word, limit] =
    issue.code === "too_small" ? ["at least", issue.minimum] : (["at most", issue.maximum] as const);
  if (issue.origin === "string")
    return Number(limit) === 1 ? "must not be empty" : `must have ${word} ${limit} characters`;
  if (issue.origin === "array") return `must have ${word} ${limit} ${Number(limit) === 1 ? "entry" : "entries"}`;
  return `must be ${word} ${limit}`;
}

/** Describes the type of a value, or a boolean itself, and never any other value: it may be a secret. */
function kindOf(value: unknown): string {
  if (value === null) return "empty";
  if (Array.isArray(value)) return "a list";
  if (typeof value === "number" && !Number.isInteger(value)) return "a fraction";
  return (
    { string: "text", number: "a number", boolean: String(value), object: "an object" }[typeof value as string] ?? ""
  );
}

/**
 * " (host mail1)" where the path belongs to a host, because the reader would have to count list
 * indexes.
 */
function hostAt(values: unknown, [key, index]: Path): string {
  const name = key === "hosts" && typeof index === "number" ? nameAt(values, [key, index]) : undefined;
  return name === undefined ? "" : ` (host ${name})`;
}

/** The `name` of the value at the path, or of the nearest enclosing value that has one. */
function nameAt(values: unknown, path: Path): string | undefined {
  const { name } = (valueAt(values, path) ?? {}) as { name?: unknown };
  if (typeof name === "string") return name;
  return path.length === 0 ? undefined : nameAt(values, path.slice(0, -1));
}

function valueAt(values: unknown, path: Path): unknown {
  return path.reduce<unknown>((value, part) => (value as Record<PropertyKey, unknown> | undefined)?.[part], values);
}
