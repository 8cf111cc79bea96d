// Text of a host as it may be shown: what a host answers, and names that its users choose, reach
// terminals and the logs of pipelines.

/**
 * Replaces control characters other than line ends and tabs, and those that change the direction of
 * text, by "?". Pulumi takes `<{%…%}>` for a colour and ends itself at one that it does not know
 * (colors.go), so the mark is broken up.
 */
export function printable(text: string): string {
  return text
    .replaceAll("\r\n", "\n")
    .replace(/[\p{Cc}\p{Bidi_Control}]/gu, (character) => ("\n\t".includes(character) ? character : "?"))
    .replaceAll("<{%", "< {%");
}

/** Shows a line of bytes, decoded as latin1, as ASCII: each other byte and control character as "?". */
export function asAscii(line: string): string {
  return line.replace(/[^\t\x20-\x7e]/g, "?");
}
