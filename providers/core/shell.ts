// The only place where a value becomes shell text: everything that the host's `sh` receives is
// quoted here.

declare const quoted: unique symbol;

/**
 * Shell text that is known to be quoted. Only `sh` and `lines` make it: the symbol keeps every other
 * object with a `text` out.
 */
export interface ShellText {
  readonly text: string;
  readonly [quoted]: true;
}

/**
 * Quotes one value as a single POSIX shell word: nothing inside it is ever expanded (POSIX.1-2024,
 * XCU 2.2.2).
 */
export function quote(value: string): string {
  if (value.includes("\0")) throw new TypeError("a NUL byte can not be part of a shell word");
  return `'${value.replaceAll("'", `'\\''`)}'`;
}

/**
 * Template for shell text. Interpolated strings become one quoted word each, arrays one word per
 * item, and a `ShellText` is inserted unchanged. The text itself is raw: a backslash reaches the
 * shell as a backslash, except that `\${` becomes `${`, so that a shell parameter can be written.
 *
 * @example sh`install -d -m ${mode} -- ${path}`
 */
export function sh(
  parts: TemplateStringsArray,
  ...values: (string | number | readonly string[] | ShellText)[]
): ShellText {
  return {
    text: parts.raw.reduce((text, part, index) => text + part.replaceAll("\\${", "${") + word(values[index]), ""),
  } as ShellText;
}

/** Joins pieces of shell text, one per line. */
export function lines(...pieces: readonly ShellText[]): ShellText {
  return { text: pieces.map((piece) => piece.text).join("\n") } as ShellText;
}

function word(value: string | number | readonly string[] | ShellText | undefined): string {
  if (value === undefined) return "";
  if (typeof value === "string") return quote(value);
  // A number needs no quotes, and shell arithmetic accepts none.
  if (typeof value === "number") return String(value);
  if (Array.isArray(value)) return value.map((item: string) => quote(item)).join(" ");
  return (value as ShellText).text;
}
