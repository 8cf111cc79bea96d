// A report as Markdown, for a pull request or the summary of a job. The library escapes every text
// and chooses fences that no text in them can end; words of a host stand in code alone, where
// nothing is a link, a mention or a command.
import { gfmTableToMarkdown } from "mdast-util-gfm-table";
import { toMarkdown } from "mdast-util-to-markdown";
import { printable } from "../../providers/core/printable.ts";
import { minuteOf } from "../time.ts";
import { linesOf, type Report, type ReportedHost, type Step } from "./content.ts";
import { sessionsIn } from "./dialogue.ts";
import { certificateDays, proved } from "./facts.ts";
import { adviceFor } from "./next.ts";
import { kindsOf } from "./steps.ts";
import {
  describeHosts,
  describeStep,
  describeUnseen,
  describeVerdict,
  signs,
  stepsToTell,
  verdictOf,
  worstFirst,
  worstOf,
} from "./verdict.ts";

type Node = Parameters<typeof toMarkdown>[0];
type Of<Type extends Node["type"]> = Extract<Node, { type: Type }>;
type Phrase = Of<"text"> | Of<"inlineCode">;
type Block = Of<"root">["children"][number];

/** So many lines of a step are shown; the page has all of them. */
const shownLines = 8;

export function asMarkdown(report: Report): string {
  const { hosts } = report;
  const other = worstFirst(hosts).filter((host) => verdictOf(host) !== "as wanted");
  const right = hosts.filter((host) => verdictOf(host) === "as wanted" && host.proof !== undefined);
  const children: Block[] = [
    { type: "heading", depth: 3, children: [code(report.stack), text(`: ${describeHosts(report)}`)] },
    table(report),
    paragraph(text(aboutTheLook(report))),
    ...(other.length === 0 ? [] : [fence(other.flatMap(linesAbout))]),
    ...advice(report),
    ...(right.length === 0 ? [] : collapsed("Last proofs of the hosts that are as wanted", right.flatMap(proofOf))),
  ];
  const markdown = toMarkdown({ type: "root", children }, { extensions: [gfmTableToMarkdown()] });
  return printable(markdown);
}

function table({ hosts, madeAt }: Report): Of<"table"> {
  const kinds = kindsOf(hosts).filter((kind) => hosts.some((host) => verdictIn(host, kind) !== "as wanted"));
  const head = ["host", ...kinds, "as wanted", "last proof", "certificate"].map(text);
  const rows = hosts.map((host) => [
    code(host.name),
    ...kinds.map((kind) => {
      const verdict = verdictIn(host, kind);
      return text(verdict === undefined ? "" : `${signs[verdict]} ${verdict}`);
    }),
    text(`${host.steps.filter(({ verdict }) => verdict === "as wanted").length} of ${host.steps.length}`),
    text(proved(host.status.provedAt, madeAt) ?? "none"),
    text(certificateDays(host.status.certificateExpires, madeAt) ?? "none"),
  ]);
  const row = (cells: readonly Phrase[]): Of<"tableRow"> => ({
    type: "tableRow",
    children: cells.map((cell) => ({ type: "tableCell", children: [cell] })),
  });
  return { type: "table", children: [head, ...rows].map(row) };
}

function verdictIn({ steps }: ReportedHost, kind: string) {
  return worstOf(steps.filter((step) => step.kind === kind));
}

function aboutTheLook({ looked, madeAt }: Report): string {
  const when = minuteOf(madeAt);
  return looked
    ? `Looked at on ${when}; nothing was changed. − is on the host, + is wanted.`
    : `What the last run left, on ${when}; no host was asked.`;
}

function linesAbout(host: ReportedHost): string[] {
  const unseen = describeUnseen(host);
  return [
    `@@ ${oneLine(host.name)}: ${oneLine(describeVerdict(host))} @@`,
    ...host.warnings.map((warning) => `! ${oneLine(warning)}`),
    ...linesAboutSteps(host),
    ...(unseen === undefined ? [] : [`# ${oneLine(unseen)}`]),
    ...proofOf(host).map((line) => `  ${line}`),
  ];
}

/** Of a host that no up has begun all steps are missing, and their names are enough. */
function linesAboutSteps(host: ReportedHost): string[] {
  const steps = stepsToTell(host);
  if (verdictOf(host) !== "not looked at") return steps.flatMap(linesAboutStep);
  return [`# an up would make ${oneLine(steps.map(({ name }) => name).join(", "))}`];
}

function linesAboutStep(step: Step): string[] {
  const lines = step.differences.flatMap(linesOf).map(({ sign, text }) => `${sign} ${oneLine(text)}`);
  const more = lines.length - shownLines;
  const about = lines.length === 0 ? `: ${describeStep(step)}` : "";
  return [
    `# ${oneLine(step.name)} (${step.kind} ${oneLine(step.id)})${about}`,
    ...lines.slice(0, shownLines),
    ...(more > 0 ? [`# and ${more} more lines`] : []),
  ];
}

function proofOf({ name, proof }: ReportedHost): string[] {
  if (proof === undefined) return [`${oneLine(name)} was never proved`];
  const sessions = sessionsIn(proof.transcript).map((session) => `  ${oneLine(session)}`);
  return [`last proof of ${oneLine(name)}, ${minuteOf(proof.provedAt)}:`, ...sessions];
}

function advice(report: Report): Block[] {
  return adviceFor(report).map(({ hosts, command, does }) => {
    const names = hosts.flatMap((name, index) => [...(index === 0 ? [] : [text(", ")]), code(name)]);
    const words = command === undefined ? [] : [code(command), text(" ")];
    return paragraph(text("Next for "), ...names, text(": "), ...words, text(does));
  });
}

function collapsed(title: string, lines: readonly string[]): Block[] {
  return [
    { type: "html", value: `<details><summary>${title}</summary>` },
    fence(lines),
    { type: "html", value: "</details>" },
  ];
}

function fence(lines: readonly string[]): Of<"code"> {
  return { type: "code", lang: "diff", value: lines.join("\n") };
}

function paragraph(...children: Phrase[]): Of<"paragraph"> {
  return { type: "paragraph", children };
}

function text(value: string): Of<"text"> {
  return { type: "text", value: oneLine(value) };
}

function code(value: string): Of<"inlineCode"> {
  return { type: "inlineCode", value: oneLine(value) };
}

/** A line end would end a row, a heading or a line of a diff. */
function oneLine(value: string): string {
  return printable(value).replace(/\s*\n\s*/g, " ");
}
