// Hosts and the kinds of their steps as a table: a sign in each cell, and what it means for who
// does not see it.
import { html } from "hono/html";
import type { Report, ReportedHost } from "./content.ts";
import { age, certificateDays, endsSoon } from "./facts.ts";
import { classOf, verdictSign } from "./html-verdict.ts";
import { kindsOf } from "./steps.ts";
import { describeVerdict, signs, verdictOf, worstOf } from "./verdict.ts";

export function matrix({ hosts, madeAt }: Report) {
  const kinds = kindsOf(hosts);
  const legend = Object.entries(signs).map(([verdict, sign]) => `${sign} ${verdict}`);
  return html`<section aria-labelledby="matrix">
<h2 id="matrix">Hosts and steps</h2>
<div class="scroll" role="region" aria-label="Table of the hosts, which scrolls" tabindex="0">
<table class="matrix">
<thead><tr><th scope="col">host</th>${kinds.map((kind) => html`<th scope="col">${wrappable(kind)}</th>`)}<th scope="col">last proof</th><th scope="col">certificate</th></tr></thead>
<tbody>${hosts.map(
    (host, index) => html`
<tr><th scope="row"><a href="#host-${index}">${host.name}</a> <small class="${classOf(verdictOf(host))}">${describeVerdict(host)}</small></th>${kinds.map((kind) => cell(host, kind))}<td>${host.status.provedAt === undefined ? "none" : age(host.status.provedAt, madeAt)}</td><td class="${endsSoon(host, madeAt) ? "soon" : ""}">${certificateDays(host.status.certificateExpires, madeAt) ?? "none"}</td></tr>`,
  )}
</tbody>
</table>
</div>
<p class="legend">${legend.join(" · ")}</p>
</section>`;
}

function cell(host: ReportedHost, kind: string) {
  const steps = host.steps.filter((step) => step.kind === kind);
  const verdict = worstOf(steps);
  if (verdict === undefined) return html`<td><span class="hidden">no such step</span></td>`;
  const affected = steps.filter((step) => step.verdict === verdict).length;
  const share = affected < steps.length ? ` ${affected} of ${steps.length}` : "";
  return html`<td class="${classOf(verdict)}">${verdictSign(verdict)}${share}</td>`;
}

/** A kind may be broken between its words. */
function wrappable(kind: string) {
  return kind.split(/(?=[A-Z])/).map((word, index) => (index === 0 ? word : html`<wbr>${word}`));
}
