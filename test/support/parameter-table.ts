// The table of docs/smtpd-parameters.md: which row a parameter of Postfix belongs to.
import { readFileSync } from "node:fs";

export interface ParameterRow {
  readonly patterns: readonly string[];
  readonly whose: string;
}

/** The rows in their order. */
export function parameterRows(): ParameterRow[] {
  const page = readFileSync(new URL("../../docs/smtpd-parameters.md", import.meta.url), "utf8");
  return page
    .split("\n")
    .filter((line) => line.startsWith("| `"))
    .map((line) => {
      const [, names = "", whose = ""] = line.split("|").map((cell) => cell.trim());
      return { patterns: [...names.matchAll(/`([^`]+)`/g)].map(([, name = ""]) => name), whose };
    });
}

/** What the table says of a parameter: by its exact name, else by the patterns that it fits. More than one answer is a contradiction. */
export function decisionsOn(parameter: string, rows: readonly ParameterRow[]): string[] {
  const fitting = (fits: (pattern: string) => boolean) => [
    ...new Set(rows.flatMap(({ patterns, whose }) => patterns.filter(fits).map(() => whose))),
  ];
  const exact = fitting((pattern) => pattern === parameter);
  if (exact.length > 0) return exact;
  return fitting((pattern) => pattern.includes("*") && asExpression(pattern).test(parameter));
}

function asExpression(pattern: string): RegExp {
  return new RegExp(`^${pattern.replaceAll("*", ".*")}$`);
}
