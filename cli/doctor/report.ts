// What the doctor has found, for a terminal, for other programs, and for a pull request.
import { printable } from "../../providers/core/printable.ts";
import type { Finding } from "./diagnosis.ts";
import type { Examined, Unseen } from "./subject.ts";

/** Pulumi's own exit code for `--expect-no-changes` where there are some. */
const somethingDiffers = 7;

/** 0: nothing to do. 7: an `up` would change something. 1: an `up` would fail on a host. */
export function exitCodeOf(results: readonly (Examined | Unseen)[]): number {
  const findings = results.flatMap((result) => ("failed" in result ? [] : result.findings));
  if (results.some((result) => "failed" in result) || findings.some(({ inTheWay }) => inTheWay !== undefined)) return 1;
  return findings.every(({ right }) => right) ? 0 : somethingDiffers;
}

export function asText(title: string, { findings, fromHere }: Examined): string {
  const lines = findings.flatMap((finding) => [
    `  ${titleOf(finding, findings)}${ownedBy(finding)}: ${verdictOf(finding)}`,
    ...finding.changes.map((change) => `    - ${change.replaceAll("\n", "\n  ")}`),
    ...finding.warnings.map((warning) => `    warning: ${warning}`),
    ...whyNot(finding).map((line) => `    ${line}`),
  ]);
  return printable(`${[title, ...lines, ...(fromHere.length === 0 ? [] : ["", ...fromHere])].join("\n")}\n`);
}

/** All hosts of a stack, one after the other. */
export function fleetAsText(results: readonly (Examined | Unseen)[]): string {
  return results
    .map((result) =>
      "failed" in result
        ? `${result.name}: NOT LOOKED AT\n${indented(result.failed, "    ")}\n`
        : asText(`${result.name}: ${result.host}: ${result.release}`, result),
    )
    .join("\n");
}

export function asJson(results: readonly (Examined | Unseen)[]): string {
  const hosts = results.map(({ name, ...result }) => [
    name,
    "failed" in result
      ? result
      : { ...result, findings: result.findings.map((finding) => ({ ...finding, verdict: verdictOf(finding) })) },
  ]);
  return `${JSON.stringify(Object.fromEntries(hosts), null, 2)}\n`;
}

/** A table of the hosts, then the details of each. */
export function asMarkdown(results: readonly (Examined | Unseen)[]): string {
  const rows = results.map((result) => `| ${result.name} | ${summaryOf(result)} |`);
  const details = results.flatMap((result) => [
    `### ${result.name}`,
    `${fence}\n${"failed" in result ? result.failed : asText(`${result.host}: ${result.release}`, result).trimEnd()}\n${fence}`,
  ]);
  return `${["| host | `up` |\n| --- | --- |", ...rows].join("\n")}\n\n${details.join("\n\n")}\n`;
}

/** Four backticks, since the block may quote a line of a file with three, which would end it. */
const fence = "````";

function summaryOf(result: Examined | Unseen): string {
  if ("failed" in result) return "could not be looked at";
  const named = (some: readonly Finding[]) => some.map((finding) => titleOf(finding, result.findings)).join(", ");
  const stops = result.findings.filter(({ inTheWay }) => inTheWay !== undefined);
  if (stops.length > 0) return `would fail: ${named(stops)}`;
  const changed = result.findings.filter(({ right }) => !right);
  return changed.length === 0 ? "as wanted" : `would change: ${named(changed)}`;
}

/** The kind, and the name where the host has several of it. */
function titleOf({ kind, name }: Finding, all: readonly Finding[]): string {
  return all.filter((finding) => finding.kind === kind).length > 1 ? `${kind} ${name}` : kind;
}

function ownedBy({ owner }: Finding): string {
  return owner === null ? "" : ` (kept by the stack ${owner})`;
}

function verdictOf({ right, inTheWay }: Finding): string {
  if (inTheWay !== undefined) return "IN THE WAY";
  return right ? "as wanted" : "up would";
}

function whyNot({ inTheWay }: Finding): string[] {
  if (inTheWay === undefined) return [];
  const { code, found, next } = inTheWay;
  return [`found: ${found}`, `next: ${next}`, `code: ${code} (docs/errors.md)`];
}

function indented(text: string, by: string): string {
  return text.replace(/^/gm, by);
}
