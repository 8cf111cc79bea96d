// Text for a person at a terminal: broken between words where a line ends, not within one as the terminal does it.
import wrapAnsi from "wrap-ansi";

/** Where the text goes: `process.stdout` or `process.stderr`. */
type Screen = Pick<NodeJS.WriteStream, "isTTY" | "columns">;

const noBreak = "\u00a0";

/**
 * The lines after the first begin with `indent`. A command in backquotes stays in one piece, since a shell would run its first half when
 * it is pasted. What goes to a file or a pipe stays as it is.
 */
export function wrapped(text: string, { isTTY, columns }: Screen, indent = ""): string {
  if (!isTTY || columns <= indent.length) return text;
  const inPieces = text.replaceAll(/`[^`]*`/g, (command) => command.replaceAll(" ", noBreak));
  return wrapAnsi(inPieces, columns - indent.length)
    .replaceAll(noBreak, " ")
    .replaceAll("\n", `\n${indent}`);
}
