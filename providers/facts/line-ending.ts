// The end of a text file. A file without a final line ending gets one when a line is appended, and
// loses it again on rollback.

/** Whether a non-empty file lacks a final line ending. */
export function isUnterminated(content: Buffer): boolean {
  return content.length > 0 && content.at(-1) !== 10;
}

/**
 * `restored` without its final line ending, where the file had none at first and our line was the
 * last of `current`.
 */
export function withFirstEnd(current: Buffer, restored: Buffer, unterminated: boolean): Buffer {
  if (!unterminated || lastLine(current) === lastLine(restored)) return restored;
  return Buffer.from(restored.toString("latin1").replace(/\r?\n$/, ""), "latin1");
}

function lastLine(content: Buffer): string {
  return (
    content
      .toString("latin1")
      .replace(/\r?\n$/, "")
      .split("\n")
      .at(-1) ?? ""
  );
}
