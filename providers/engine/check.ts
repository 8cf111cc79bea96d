// check: validates inputs by schema and fills in defaults, before any connection is opened.
import { isDeepStrictEqual } from "node:util";
import { cached } from "../core/cached.ts";
import type { AnyDefinition } from "../resources/catalogue.ts";
import { commonSchema } from "./common-inputs.ts";
import { complete, isObservedText, type Properties } from "./state.ts";
import { isUnknown, unknownValue } from "./unknown.ts";

/** The result in the form that Pulumi expects. */
export interface CheckResult {
  readonly inputs: Record<string, unknown>;
  readonly failures: { readonly property: string; readonly reason: string }[];
}

/**
 * One schema for each resource type: a schema is compiled at its first use, and a large program
 * checks every type once for each host.
 */
const wholeSchema = cached((definition: AnyDefinition) => definition.schema.extend(commonSchema.shape));

/**
 * Validates every value that is known now. A value that depends on a resource not created yet is
 * returned unchanged. So is a value that the engine has restored because of `ignoreChanges`: it is
 * what the refresh found, and no input may be able to hold it.
 */
export function check(
  definition: AnyDefinition,
  olds: Properties,
  news: Record<string, unknown>,
  { begun = false }: { readonly begun?: boolean } = {},
): CheckResult {
  const schema = wholeSchema(definition);
  const { __provider, ...asked } = news;
  const given = Object.fromEntries(
    Object.entries(asked).filter(([key, value]) => key in schema.shape || !isDeepStrictEqual(value, olds[key])),
  );
  const later = Object.keys(given).filter(
    (key) => key in schema.shape && (isUnknown(given[key]) || isObservedText(definition, key, given[key], olds)),
  );
  const now = Object.fromEntries(
    Object.entries(given).filter(([key, value]) => value !== undefined && !later.includes(key)),
  );
  const postponed = Object.fromEntries(later.map((key) => [key, true as const]));
  const parsed = (later.length === 0 ? schema : schema.omit(postponed as never)).safeParse(now);
  const kept = Object.fromEntries(later.map((key) => [key, given[key]]));
  if (parsed.success) {
    const forbidden = begun ? undefined : definition.forbids?.(olds, { ...parsed.data, ...kept });
    const broken = later.length === 0 ? (definition.rules?.(parsed.data) ?? []) : [];
    const failures = [
      ...broken.map(({ property, reason }) => failureOf(property, `${reason}; the host was not contacted`, given)),
      ...(forbidden === undefined ? [] : [{ property: "", reason: `${hostIn(news)}: ${forbidden}` }]),
    ];
    const whole = later.length === 0 ? complete(definition, parsed.data) : parsed.data;
    const shown = later.length === 0 ? definition.show?.(whole) : undefined;
    return { inputs: { ...whole, ...shown, ...kept, __provider }, failures };
  }
  const failures = parsed.error.issues.map((issue) => ({
    property:
      issue.path.map(String).join(".") || (issue.code === "unrecognized_keys" ? issue.keys.join(", ") : "inputs"),
    reason: `${issue.message}; the host was not contacted`,
  }));
  return { inputs: news, failures };
}

/**
 * Reports the reason without a property where the input is missing: with one, the engine would
 * print "property … value {<nil>} has a problem".
 */
function failureOf(property: string, reason: string, given: Properties) {
  return given[property] === undefined ? { property: "", reason: `${property}: ${reason}` } : { property, reason };
}

/**
 * Messages name the host as the stack's configuration does, where it has a name there. A preview
 * may not know the address yet.
 */
export function hostIn({ hostName, connection }: Properties): string {
  const names = [hostName, (connection as Properties | undefined)?.host];
  return names.filter((name) => name !== unknownValue).find(isText) ?? "a host whose address is not known yet";
}

function isText(value: unknown): value is string {
  return typeof value === "string";
}
