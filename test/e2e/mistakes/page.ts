// docs/messages.md: what is printed after each mistake, without what differs from run to run.
import { stripVTControlCharacters } from "node:util";

/** A mistake with the command that shows it, and what was printed. */
export interface Shown {
  readonly what: string;
  readonly command: string;
  readonly lines: readonly string[];
}

const head = `# Messages

What is printed after a mistake. Made by \`npm test -- e2e/mistakes\`, which writes this file anew and fails where it was another one; do not
edit it by hand. \`…\` stands for what differs from run to run, or is long: fingerprints, the SMTP dialogue, the list of what was put back. Of a run
that reached a host only the errors and the last lines are here, without the engine's own rows and tables.
`;

/** A row that was not tried, as with Jest's -t, keeps what `before`, the page until now, says of it. */
export function page(chapters: Readonly<Record<string, readonly (Shown | string)[]>>, before: string): string {
  const kept = (what: string) =>
    before
      .split(/^(?=#{2,3} )/m)
      .find((part) => part.startsWith(`### ${what}\n`))
      ?.trimEnd();
  const textOf = (row: Shown | string) => (typeof row === "string" ? `${kept(row) ?? `### ${row}`}\n` : section(row));
  const parts = Object.entries(chapters).map(
    ([title, rows]) => `\n## ${title}\n${rows.map((row) => `\n${textOf(row)}`).join("")}`,
  );
  return head + parts.join("");
}

function section({ what, command, lines }: Shown): string {
  return `### ${what}\n\n\`\`\`\n$ ${command.replaceAll("\n", "\n$ ")}\n${lines.join("\n")}\n\`\`\`\n`;
}

/** The errors of a run and its last lines; of any other command all that it printed. */
export function messageIn(output: string): string[] {
  const text = stripVTControlCharacters(output).trimEnd();
  const lines = text.split("\n");
  const diagnostics = lines.indexOf("Diagnostics:");
  if (diagnostics < 0) return shortened(lines);
  const told = lines.slice(diagnostics);
  return [...errorsIn(told), ...told.filter((line) => /^(\S+ FAILED|pulumi): /.test(line))];
}

/**
 * Without those who only follow another one, each once (the engine prints one of a refresh twice), in a fixed order: the engine has
 * none.
 */
function errorsIn(lines: readonly string[]): string[] {
  const errors = lines.flatMap((line, index) => {
    if (!line.startsWith("    error: ") || line.includes(": not tried, because ")) return [];
    const rest = lines.slice(index + 1);
    const end = rest.findIndex((each) => !each.startsWith("     "));
    return [[line, ...rest.slice(0, end)].map((each) => each.slice(4))];
  });
  const each = errors.filter((error, index) => errors.findIndex((other) => `${other}` === `${error}`) === index);
  return each.sort().flatMap(shortened);
}

/** Deep lines below a part of an error, a dialogue or a list, are one. */
function shortened(lines: readonly string[]): string[] {
  const isDeep = (line = "") => /^ {6,}|^ {4}the host's log/.test(line);
  return lines.flatMap((line, index) => {
    if (!isDeep(line) || !lines.some((each) => /^error: \w+ .* on /.test(each))) return [line];
    return isDeep(lines[index - 1]) || lines[index - 1]?.startsWith("  left on the host:") ? [] : ["      …"];
  });
}

/** The same text on every machine and at every time; `own` are names of this run and what they stand for. */
export function normalised(line: string, own: Readonly<Record<string, string>>): string {
  return Object.entries(own)
    .reduce((text, [name, general]) => text.replaceAll(name, general), line)
    .replaceAll(/SHA256:[A-Za-z0-9+/]{43}=?/g, "SHA256:…")
    .replaceAll(/it is \d{4}-\d\d-\d\d on the host/g, "it is … on the host")
    .replaceAll(/(?:[0-9A-F]{2}:){31}[0-9A-F]{2}/g, "…")
    .replace(/^( {2}left on the host:) (everything is put back|nothing was changed, and Postfix).*/, "$1 …")
    .replaceAll("EAI_AGAIN", "ENOTFOUND");
}
