// Files of one setting a line: Debian's /etc/default files (NAME="value") and Cyrus SASL's application files (name: value).
// Reading and changing one setting leaves every other byte as it is. Text is handled as latin1, so unknown bytes survive.

/** How one kind of file writes a setting. */
export interface AssignmentSyntax {
  /** Matches a line that sets something: group 1 the name, group 2 the raw value. */
  readonly line: RegExp;
  readonly read: (raw: string) => string;
  readonly write: (name: string, value: string) => string;
}

/**
 * Debian's /etc/default files: sourced by a shell (sysv scripts) and read by systemd (EnvironmentFile, systemd.exec(5));
 * only what both understand alike is written: double quotes around the value.
 */
export const shellAssignments: AssignmentSyntax = {
  line: /^[ \t]*(?:export[ \t]+)?([A-Za-z_][A-Za-z0-9_]*)=(.*)$/,
  read: (raw) => {
    const value = raw.trim();
    const quoted = /^"((?:[^"\\]|\\.)*)"|^'([^']*)'/.exec(value);
    if (quoted === null) return value.replace(/\s+#.*$/, "");
    return quoted[1]?.replace(/\\(.)/g, "$1") ?? quoted[2] ?? "";
  },
  write: (name, value) => `${name}="${value.replace(/["\\$`]/g, "\\$&")}"`,
};

/** Cyrus SASL's application files: `name: value`, a comment starts with # (lib/config.c of cyrus-sasl). */
export const saslAssignments: AssignmentSyntax = {
  line: /^[ \t]*([A-Za-z0-9_-]+)[ \t]*:(.*)$/,
  read: (raw) => raw.trim(),
  write: (name, value) => `${name}: ${value}`,
};

/** The value in force: the last line that sets the name, or `null` when none does. */
export function settingIn(content: Buffer, name: string, syntax: AssignmentSyntax): string | null {
  const line = linesOf(content).findLast((candidate) => syntax.line.exec(bare(candidate))?.[1] === name);
  return line === undefined ? null : syntax.read(syntax.line.exec(bare(line))?.[2] ?? "");
}

/**
 * The file with one setting changed, or removed where `value` is `null`. The last line that sets it is rewritten in its
 * place and with its line ending; a new one goes to the end.
 */
export function withSetting(content: Buffer, name: string, value: string | null, syntax: AssignmentSyntax): Buffer {
  if (settingIn(content, name, syntax) === value) return content;
  const rows = linesOf(content);
  const at = rows.findLastIndex((row) => syntax.line.exec(bare(row))?.[1] === name);
  const ending = rows.some((row) => row.endsWith("\r\n")) ? "\r\n" : "\n";
  if (at >= 0) {
    const kept = rows[at]?.slice(bare(rows[at] ?? "").length) ?? ending;
    rows.splice(at, 1, ...(value === null ? [] : [syntax.write(name, value) + kept]));
  } else if (value !== null) {
    const last = rows.at(-1);
    if (last !== undefined && !last.endsWith("\n")) rows[rows.length - 1] = last + ending;
    rows.push(syntax.write(name, value) + ending);
  }
  return Buffer.from(rows.join(""), "latin1");
}

function linesOf(content: Buffer): string[] {
  return content.toString("latin1").match(/[^\n]*\n|[^\n]+$/g) ?? [];
}

function bare(line: string): string {
  return line.replace(/\r?\n$/, "");
}
