// What differs between the inputs of a resource as found and as desired: single values by their
// path, texts of several lines line by line. Secrets have no value here.
import { isDeepStrictEqual } from "node:util";
import { diffLines } from "diff";
import { commonSchema } from "../../providers/engine/common-inputs.ts";
import { isUnknown } from "../../providers/engine/unknown.ts";
import type { Difference, LineDifference } from "./content.ts";

type Values = Readonly<Record<string, unknown>>;

/**
 * `differing` are inputs of which the engine says that they differ: it has blinded secrets, so that
 * two of them look the same. What is known only after the up is left out.
 */
export function differencesBetween(found: Values, desired: Values, differing: readonly string[] = []): Difference[] {
  const keys = [...new Set([...Object.keys(found), ...Object.keys(desired), ...differing])].filter(isOwn);
  const all = keys.flatMap((key) => {
    const differences = compared(key, found[key], desired[key]);
    return differences.length === 0 && differing.includes(key) ? blinded(key, found[key], desired[key]) : differences;
  });
  // A text shows the inputs that it is made from (`show` of a resource).
  const lines = all.filter((difference) => "lines" in difference);
  return lines.length === 0 ? all : lines;
}

/** How the host is reached is no state of the host. */
function isOwn(key: string): boolean {
  return key !== "__provider" && !(key in commonSchema.shape);
}

function compared(path: string, found: unknown, desired: unknown): Difference[] {
  if (isDeepStrictEqual(found, desired)) return [];
  if (isGroup(found) && isGroup(desired)) {
    const keys = [...new Set([...Object.keys(found), ...Object.keys(desired)])];
    const at = (key: string) => (Array.isArray(found) ? `${path}[${key}]` : `${path}.${key}`);
    return keys.flatMap((key) => compared(at(key), (found as Values)[key], (desired as Values)[key]));
  }
  if (isUnknown(desired)) return [];
  const [before, after] = [textOf(found), textOf(desired)];
  if (`${before}${after}`.includes("\n")) return [{ path, lines: changedLines(before ?? "", after ?? "") }];
  return [
    { path, ...(before === undefined ? {} : { found: before }), ...(after === undefined ? {} : { desired: after }) },
  ];
}

/** An object or a list with members that are compared one by one; a list of words is one value. */
function isGroup(value: unknown): value is object {
  if (typeof value !== "object" || value === null || isSecret(value)) return false;
  return !Array.isArray(value) || value.some((member) => typeof member === "object" || isUnknown(member));
}

function changedLines(before: string, after: string): LineDifference["lines"] {
  return diffLines(terminated(before), terminated(after)).flatMap(({ added, removed, value }) =>
    added || removed
      ? value
          .replace(/\n$/, "")
          .split("\n")
          .map((text) => ({ sign: added ? ("+" as const) : ("-" as const), text }))
      : [],
  );
}

function terminated(text: string): string {
  return text === "" || text.endsWith("\n") ? text : `${text}\n`;
}

function blinded(path: string, found: unknown, desired: unknown): Difference[] {
  return isSecret(found) || isSecret(desired) ? [{ path, found: "(a secret)", desired: "(another secret)" }] : [];
}

/** The form of a value in the state (resource.SigKey of Pulumi), and what the engine's log has in its place. */
function isSecret(value: unknown): boolean {
  if (value === "[secret]") return true;
  return typeof value === "object" && value !== null && "4dabf18193072939515e22adb298388d" in value;
}

function textOf(value: unknown): string | undefined {
  if (value === undefined || value === null) return undefined;
  if (isSecret(value)) return "(a secret)";
  if (Array.isArray(value)) return value.length === 0 ? "none" : value.map((member) => textOf(member)).join(", ");
  if (typeof value !== "object") return String(value);
  return Object.entries(value)
    .map(([key, member]) => `${key}=${textOf(member)}`)
    .join(", ");
}
