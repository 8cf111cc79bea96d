// Files with one setting per line: Debian's /etc/default files (NAME="value") and Cyrus SASL's
// application files (name: value). Reading and changing one setting leaves every other byte as it
// is. Text is handled as latin1, so unknown bytes survive.
import { Failure } from "../core/failure.ts";

/** How one kind of file writes a setting. */
export interface AssignmentSyntax {
  /** Matches a line that sets something: group 1 the name, group 2 the raw value. */
  readonly line: RegExp;
  /** Which line is in force when two lines set the same name. */
  readonly inForce: "first" | "last";
  readonly sameName: (written: string, name: string) => boolean;
  /** Whether the raw value continues on the next line. */
  readonly goesOn: (raw: string) => boolean;
  readonly read: (raw: string) => string;
  readonly write: (name: string, value: string) => string;
}

/**
 * Debian's /etc/default files. A shell sources them (sysv scripts) and systemd reads them
 * (EnvironmentFile, systemd.exec(5)), so values are written only in a form that both read alike:
 * double quotes around the value.
 */
export const shellAssignments: AssignmentSyntax = {
  line: /^[ \t]*(?:export[ \t]+)?([A-Za-z_][A-Za-z0-9_]*)=(.*)$/,
  inForce: "last",
  sameName: (written, name) => written === name,
  // A backslash joins two lines, and so does an unclosed quote (POSIX.1-2024, XCU 2.2).
  goesOn: (raw) => /(?<!\\)(?:\\\\)*\\$/.test(raw) || /^\s*(?:"(?:[^"\\]|\\.)*|'[^']*)$/.test(raw),
  read: (raw) => {
    const value = raw.trim();
    const quoted = /^"((?:[^"\\]|\\.)*)"|^'([^']*)'/.exec(value);
    if (quoted === null) return value.replace(/\s+#.*$/, "");
    return quoted[1]?.replace(/\\(.)/g, "$1") ?? quoted[2] ?? "";
  },
  write: (name, value) => `${name}="${value.replace(/["\\$`]/g, "\\$&")}"`,
};

/**
 * Cyrus SASL's application files: `name: value`, and a comment starts with #. Names are lower-cased
 * when read, and a lookup ends at the first match (sasl_config_init and sasl_config_getstring in
 * lib/config.c of cyrus-sasl; tested on Debian 13).
 */
export const saslAssignments: AssignmentSyntax = {
  line: /^[ \t]*([A-Za-z0-9_-]+)[ \t]*:(.*)$/,
  inForce: "first",
  sameName: (written, name) => written.toLowerCase() === name.toLowerCase(),
  goesOn: () => false,
  read: (raw) => raw.trim(),
  write: (name, value) => `${name}: ${value}`,
};

/** The value in force, or `null` when no line sets the name. */
export function settingIn(content: Buffer, name: string, syntax: AssignmentSyntax): string | null {
  const line = lineOf(content, name, syntax);
  return line === null ? null : syntax.read(rawValue(line, syntax));
}

/** The line in force as it is written, without its line ending. `withLine` restores it. */
export function lineOf(content: Buffer, name: string, syntax: AssignmentSyntax): string | null {
  const rows = linesOf(content);
  const line = rows[placeIn(rows, name, syntax)];
  return line === undefined ? null : bare(line);
}

/**
 * The file with one setting changed, or removed where `value` is `null`. A setting that already has
 * this value keeps its spelling.
 */
export function withSetting(
  content: Buffer,
  name: string,
  value: string | null,
  syntax: AssignmentSyntax,
  path: string,
): Buffer {
  if (settingIn(content, name, syntax) === value) return content;
  return withLine(content, name, value === null ? null : syntax.write(name, value), syntax, path);
}

/**
 * The file with the line in force replaced: at the same place and with the same line ending, or
 * appended where no line sets the name. `null` removes every line that sets the name, because a
 * later one would otherwise be in force. `path` is for messages.
 */
export function withLine(
  content: Buffer,
  name: string,
  line: string | null,
  syntax: AssignmentSyntax,
  path: string,
): Buffer {
  const rows = linesOf(content);
  const at = placeIn(rows, name, syntax);
  const present = rows[at];
  if ((present === undefined ? null : bare(present)) === line) return content;
  rows.forEach((row, index) => {
    if (index === at || (line === null && sets(row, name, syntax))) refuseTorn(row, index, name, syntax, path);
  });
  const ending = rows.some((row) => row.endsWith("\r\n")) ? "\r\n" : "\n";
  if (line === null) return joined(rows.filter((row) => !sets(row, name, syntax)));
  if (present !== undefined) return joined(rows.with(at, line + present.slice(bare(present).length)));
  const last = rows.at(-1);
  return joined([...rows, last === undefined || last.endsWith("\n") ? "" : ending, line + ending]);
}

/** Index of the line in force, or -1. */
function placeIn(rows: readonly string[], name: string, syntax: AssignmentSyntax): number {
  const fits = (row: string) => sets(row, name, syntax);
  return syntax.inForce === "first" ? rows.findIndex(fits) : rows.findLastIndex(fits);
}

function sets(row: string, name: string, syntax: AssignmentSyntax): boolean {
  const written = syntax.line.exec(bare(row))?.[1];
  return written !== undefined && syntax.sameName(written, name);
}

function rawValue(row: string, syntax: AssignmentSyntax): string {
  return syntax.line.exec(bare(row))?.[2] ?? "";
}

function refuseTorn(row: string, index: number, name: string, syntax: AssignmentSyntax, path: string): void {
  if (!syntax.goesOn(rawValue(row, syntax))) return;
  throw new Failure({
    code: "setting-on-several-lines",
    tried: `change the setting ${name} in ${path}`,
    found: `line ${index + 1} of ${path} goes on on the next line: ${bare(row)}`,
    left: ["nothing was changed"],
    next: `put the setting ${name} on one line in ${path} by hand (only its first line would be changed otherwise), then run the same command again`,
  });
}

function linesOf(content: Buffer): string[] {
  return content.toString("latin1").match(/[^\n]*\n|[^\n]+$/g) ?? [];
}

function joined(rows: readonly string[]): Buffer {
  return Buffer.from(rows.join(""), "latin1");
}

function bare(line: string): string {
  return line.replace(/\r?\n$/, "");
}
