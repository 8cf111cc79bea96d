// A report as one HTML page that needs nothing else. Hono's template escapes every value that is
// put into it, and the page's own policy forbids scripts and whatever would have to be loaded.
import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { html, raw } from "hono/html";
import { printable } from "../../providers/core/printable.ts";
import { minuteOf } from "../time.ts";
import type { Report } from "./content.ts";
import { hostSection } from "./html-host.ts";
import { matrix } from "./html-matrix.ts";
import { classOf } from "./html-verdict.ts";
import { adviceFor } from "./next.ts";
import { describeHosts, worstFirst, worstHost } from "./verdict.ts";

export async function asHtml(report: Report): Promise<string> {
  const { stack, madeAt, looked, hosts } = report;
  const style = readFileSync(new URL("style.css", import.meta.url), "utf8");
  const policy = `default-src 'none'; style-src 'sha256-${createHash("sha256").update(style).digest("base64")}'; base-uri 'none'; form-action 'none'`;
  const page = await html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${policy}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>${stack}: ${describeHosts(report)}</title>
<style>${raw(style)}</style>
</head>
<body>
<a class="skip" href="#main">To the hosts</a>
<header>
<p>Postfix with SMTP AUTH through saslauthd, stack</p>
<h1>${stack}</h1>
<p class="result ${classOf(worstHost(hosts))}">${describeHosts(report)}</p>
<p>${looked ? "Looked at on" : "What the last run left, on"} <time datetime="${madeAt.toISOString()}">${minuteOf(madeAt)}</time>${looked ? "; nothing was changed" : "; no host was asked"}.</p>
</header>
<main id="main">
${advice(report)}
${matrix(report)}
${worstFirst(hosts).map((host) => hostSection(host, hosts.indexOf(host), madeAt))}
</main>
</body>
</html>
`;
  return printable(page.toString());
}

function advice(report: Report) {
  const all = adviceFor(report);
  const items = all.map(
    ({ hosts, command, does }) => html`
<li><strong>${hosts.join(", ")}</strong>: ${command === undefined ? "" : html`<code>${command}</code> `}${does}</li>`,
  );
  return html`<section aria-labelledby="next">
<h2 id="next">What to do next</h2>
${all.length === 0 ? html`<p>Nothing: all is as wanted.</p>` : html`<ul class="advice">${items}\n</ul>`}
</section>`;
}
