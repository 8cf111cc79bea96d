// A verdict in a page: its sign, the word for who hears the page, and its name in the style sheet.
import { html } from "hono/html";
import type { Verdict } from "./content.ts";
import { signs } from "./verdict.ts";

export function verdictSign(verdict: Verdict) {
  return html`<span aria-hidden="true">${signs[verdict]}</span><span class="hidden">${verdict}</span>`;
}

/**
 * @example classOf("as wanted") // "as-wanted"
 */
export function classOf(verdict: Verdict): string {
  return verdict.replaceAll(" ", "-");
}
