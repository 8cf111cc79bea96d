// The part of a page about one host: what is known of it, what differs, and its last proof.
import { html } from "hono/html";
import { minuteOf } from "../time.ts";
import type { Difference, LineDifference, ReportedHost, Step, ValueDifference } from "./content.ts";
import { sessionsIn } from "./dialogue.ts";
import { factsOf } from "./facts.ts";
import { classOf, verdictSign } from "./html-verdict.ts";
import { describeStep, describeUnseen, describeVerdict, stepsToTell, verdictOf } from "./verdict.ts";

export function hostSection(host: ReportedHost, index: number, now: Date) {
  const verdict = verdictOf(host);
  const id = `host-${index}`;
  const others = stepsToTell(host);
  const unseen = describeUnseen(host);
  return html`
<section class="host" aria-labelledby="${id}">
<h2 id="${id}">${host.name}</h2>
<p class="result ${classOf(verdict)}">${verdictSign(verdict)} ${describeVerdict(host)}</p>
<dl>${factsOf(host, now).map(([title, text]) => html`<div><dt>${title}</dt><dd>${text}</dd></div>`)}</dl>
${host.warnings.map((warning) => html`<p class="warning"><strong>Warning:</strong> ${warning}</p>`)}
${others.length === 0 ? "" : html`<p class="legend">− on the host, + wanted</p>`}
${others.map(stepSection)}
${unseen === undefined ? "" : html`<p>${unseen}</p>`}
${stepsAsWanted(host.steps)}
${proof(host)}
</section>`;
}

function stepSection(step: Step) {
  const { name, kind, id, verdict, differences } = step;
  const values = differences.filter((difference): difference is ValueDifference => !("lines" in difference));
  return html`
<section class="step ${classOf(verdict)}">
<h3>${verdictSign(verdict)} ${name} <small>${kind} ${id}</small></h3>
${differences.length > 0 ? "" : html`<p>${describeStep(step)}</p>`}${differences.filter(hasLines).map(lines)}${values.length === 0 ? "" : table(values)}
</section>`;
}

function hasLines(difference: Difference): difference is LineDifference {
  return "lines" in difference;
}

function lines({ lines }: LineDifference) {
  return html`<pre class="lines">${lines.map(({ sign, text }) =>
    sign === "-"
      ? html`<del><span aria-hidden="true">− </span><span class="hidden">on the host: </span>${text}\n</del>`
      : html`<ins><span aria-hidden="true">+ </span><span class="hidden">wanted: </span>${text}\n</ins>`,
  )}</pre>`;
}

function table(values: readonly ValueDifference[]) {
  const value = (text: string | undefined) =>
    text === undefined ? html`<i>nothing</i>` : html`<code>${text || '""'}</code>`;
  return html`<table class="values">
<thead><tr><th scope="col">what</th><th scope="col">on the host</th><th scope="col">wanted</th></tr></thead>
<tbody>${values.map(
    ({ path, found, desired }) => html`
<tr><th scope="row">${path}</th><td class="found">${value(found)}</td><td class="desired">${value(desired)}</td></tr>`,
  )}
</tbody>
</table>`;
}

function stepsAsWanted(all: readonly Step[]) {
  const steps = all.filter(({ verdict }) => verdict === "as wanted");
  if (steps.length === 0) return "";
  return html`
<details>
<summary>${steps.length} of ${all.length} steps as wanted</summary>
<ul>${steps.map(({ name, kind, id }) => html`<li>${name} <small>${kind} ${id}</small></li>`)}</ul>
</details>`;
}

function proof({ proof }: ReportedHost) {
  if (proof === undefined) return html`<p>No run has proved this host yet.</p>`;
  return html`
<details>
<summary>The last proof, ${minuteOf(proof.provedAt)}: what client (C) and server (S) said</summary>
<ol class="sessions">${sessionsIn(proof.transcript).map((session) => html`<li>${session}</li>`)}</ol>
<pre>${proof.transcript.join("\n")}</pre>
</details>`;
}
