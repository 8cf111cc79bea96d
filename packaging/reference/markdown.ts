// The reference as Markdown: a section for each export, with tables of inputs and outputs.
import type { Field } from "./schema.ts";
import type { Section } from "./sections.ts";

const head = `# Resource reference

Made by \`npm run reference\` from the comments in \`providers/\`; a test compares it with them. Change the comments, not this page.

The package is \`pulumi-postfix-sasl\`. Inputs in **bold** must be given. Those of single resources may be outputs of other resources; of
\`SaslMailHost\` an editor shows which may (\`pulumi.Input\`). An input that cannot be right is refused before the host is contacted. Each resource has
the output \`changedAt\` besides: when this program last changed something of it, in ISO 8601, UTC, or "never by this program".
The keys of the stack's configuration are in [README.md](../README.md#configuration); what is left alone on a host that is set up already, in
[taking over](taking-over.md).
`;

const chapters: readonly [Section["kind"], string][] = [
  ["component", "A whole host"],
  ["resource", "Single resources"],
  ["inputs", "Types of inputs"],
  ["other", "Functions"],
];

export function markdown(sections: readonly Section[]): string {
  const names = sections.map(({ title }) => title);
  const text = chapters.flatMap(([kind, title]) => {
    const found = sections.filter((section) => section.kind === kind);
    const own = kind === "inputs" ? found.toSorted((one, other) => (one.title < other.title ? -1 : 1)) : found;
    const list = own.map((section) => `[${section.title}](#${section.title.toLowerCase()})`).join(" · ");
    return [`## ${title}`, list, ...own.flatMap((section) => told(section, names))];
  });
  return `${[head.trimEnd(), ...text].join("\n\n")}\n`;
}

function told(section: Section, names: readonly string[]): string[] {
  const { title, kind, text, replacedBy, secrets, inputs, outputs, observed, includes } = section;
  const more = kind === "resource" ? "CommonArgs" : includes;
  const also = more === undefined ? "" : `, beside those of [${more}](#${more.toLowerCase()})`;
  const seen = observed.length === 0 ? "" : ` ${codes(observed)}, as the host showed them at the last look`;
  const traits = [
    ...(kind === "resource" ? [`Type \`pulumi-nodejs:dynamic/sasl:${title}\`.`] : []),
    ...(replacedBy.length > 0
      ? [`A change of ${codes(replacedBy)} replaces it: the old one is taken back, then the new one is made.`]
      : []),
    ...(secrets.length > 0
      ? [`${codes(secrets)} is encrypted in the state, whether the program marks it or not.`]
      : []),
  ];
  return [
    `### ${title}`,
    escaped(text),
    ...(traits.length > 0 ? [traits.join(" ")] : []),
    ...(inputs.length > 0 ? [`Inputs${also}:`, inputTable(inputs, names)] : []),
    ...(seen === "" ? [] : [`Outputs:${seen}${outputs.length > 0 ? "; and" : "."}`]),
    ...(outputs.length > 0 ? [...(seen === "" ? ["Outputs:"] : []), outputTable(outputs, names)] : []),
  ];
}

function codes(names: readonly string[]): string {
  return names.map((name) => `\`${name}\``).join(", ");
}

function inputTable(fields: readonly Field[], names: readonly string[]): string {
  const rows = fields.map(({ name, type, byDefault, required, meaning }) => [
    required ? `**\`${name}\`**` : `\`${name}\``,
    linked(type, names),
    byDefault === undefined ? "" : escaped(byDefault),
    escaped(meaning),
  ]);
  return table(["input", "type", "default", "meaning"], rows);
}

function outputTable(fields: readonly Field[], names: readonly string[]): string {
  const rows = fields.map(({ name, type, meaning }) => [`\`${name}\``, linked(type, names), escaped(meaning)]);
  return table(["output", "type", "meaning"], rows);
}

function table(titles: readonly string[], rows: readonly (readonly string[])[]): string {
  const lines = [titles, titles.map(() => "---"), ...rows];
  return lines.map((cells) => `| ${cells.join(" | ")} |`).join("\n");
}

/** The names of sections as links to them, all else as code. */
function linked(type: string, names: readonly string[]): string {
  return type
    .split(" & ")
    .map((part) => {
      const name = part.replace(/\[\]$/, "");
      const list = name === part ? "" : ", a list";
      return names.includes(name) ? `[${name}](#${name.toLowerCase()})${list}` : `\`${part.replaceAll("|", "\\|")}\``;
    })
    .join(" and ");
}

/** For a cell, and for a page that is no HTML. Inside of code only the bar has a meaning. */
function escaped(text: string): string {
  return text
    .split("`")
    .map((part, index) => (index % 2 === 1 ? part : part.replace(/[<*[\]]/g, "\\$&")))
    .join("`")
    .replaceAll("|", "\\|");
}
