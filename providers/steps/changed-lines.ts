// The changed lines of a write, for the log: a new resource has no old value that a preview could
// show.
import { asAscii } from "../core/printable.ts";
import type { RemoveFile, RunScript, WriteFile } from "./step.ts";

/** The reason of a change, followed by its details and by the lines that a file loses and gets. */
export function withLines(change: RunScript | WriteFile | RemoveFile): string {
  const lines = change.do === "write" ? [...(change.details ?? []).map(asAscii), ...changedLines(change)] : [];
  return [change.reason, ...lines.map((line) => `    ${line}`)].join("\n");
}

/**
 * Old lines with "-" and new ones with "+", and in one line how many are only indented otherwise, as
 * postconf -F leaves an entry; none for a file that does not exist yet, or whose lines must not be
 * logged.
 */
export function changedLines({ expected, content, tellsLines }: WriteFile): string[] {
  if (tellsLines === undefined || !Buffer.isBuffer(expected)) return [];
  const [before, after] = [linesOf(expected), linesOf(content)];
  const [lost, got] = [without(before, after), without(after, before)];
  const [differs, instead] = [without(lost, got, indentedAlike), without(got, lost, indentedAlike)];
  const indented = lost.length - differs.length;
  return [
    ...differs.map((line) => `- ${line}`),
    ...instead.map((line) => `+ ${line}`),
    ...(indented === 0 ? [] : [`${indented} ${indented === 1 ? "line is" : "lines are"} indented otherwise`]),
  ];
}

/** A line that begins with white space goes on with the one before (master(5)); how much there is says nothing. */
function indentedAlike(line: string): string {
  return line.replace(/^[ \t]+/, " ");
}

/** The lines that occur more often in the first list than in the second, once for each excess. */
function without(
  lines: readonly string[],
  others: readonly string[],
  alike = (line: string): string => line,
): string[] {
  const left = others.map(alike);
  return lines.filter((line) => {
    const at = left.indexOf(alike(line));
    if (at >= 0) left.splice(at, 1);
    return at < 0;
  });
}

function linesOf(content: Buffer): string[] {
  const text = content.toString("latin1").replace(/\n$/, "");
  return text === "" ? [] : text.split("\n").map((line) => asAscii(line.replace(/\r$/, "")));
}
