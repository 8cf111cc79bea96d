// Whatever a host, its users and the configuration put into a report is text in it: no element, link, picture, row or command.
import { expect, test } from "@jest/globals";
import fc from "fast-check";
import MarkdownIt from "markdown-it";
import type { Report } from "../../../cli/report/content.ts";
import { asHtml } from "../../../cli/report/html.ts";
import { asMarkdown } from "../../../cli/report/markdown.ts";
import { shapeOf, textIn } from "../../support/html.ts";
import { madeAt } from "../../support/report-sample.ts";

const pieces = [
  "<script>alert(1)</script>",
  "</pre></style><img src=x onerror=alert(1)>",
  "<!--",
  "-->",
  '" onmouseover="alert(1)',
  "'",
  "&lt;",
  "```",
  "````",
  "~~~",
  "`",
  "|",
  "\\",
  "\\|",
  "](javascript:alert(1))",
  "![x](https://example.org/x)",
  "[x]: https://example.org",
  "https://example.org",
  "<https://example.org>",
  "@org/team",
  "#1",
  "# ",
  "- ",
  "> ",
  "***",
  "</details>",
  "::error::x",
  " ",
  "\t",
];
const ends = ["\n", "\r", "\r\n", "\u2028", "\u202e", "\u001b[31m", "\0"];
const hostile = (parts: readonly string[]) =>
  fc
    .array(fc.oneof(fc.constantFrom(...parts), fc.string({ unit: "grapheme", maxLength: 8 })), {
      minLength: 1,
      maxLength: 6,
    })
    .map((all) => `x${all.join("")}x`);

/** A report with this text in every place that a host or the configuration fills. */
function reportWith(text: string): Report {
  const proof = {
    provedAt: "2026-11-30T21:23:42.241Z",
    transcript: [`S: 220 ${text}`, `C: EHLO ${text}`, `S: 250 ${text}`, text],
  };
  const status = {
    address: text,
    release: text,
    state: text,
    mechanisms: [text],
    ports: [25],
    versions: { [text]: text },
    provedAt: proof.provedAt,
  };
  const differences = [
    { path: text, found: text, desired: text },
    {
      path: text,
      lines: [
        { sign: "-" as const, text },
        { sign: "+" as const, text },
      ],
    },
  ];
  const step = { kind: "MasterService", name: text, id: text, verdict: "differs" as const, differences };
  const host = { name: text, status, steps: [step], warnings: [text], proof };
  const now = { reached: true, changes: [], resourcesToChange: 0, failed: text };
  const failing = { ...host, status: { ...status, now } };
  const right = { ...host, steps: [{ ...step, verdict: "as wanted" as const, differences: [] }] };
  return { stack: text, madeAt, looked: true, hosts: [host, failing, right] };
}

const harmless = reportWith("harmless");

test("in HTML it changes no element and no attribute, and stands there as it is", async () => {
  const shape = shapeOf(await asHtml(harmless));

  await fc.assert(
    fc.asyncProperty(hostile([...pieces, ...ends]), async (text) => {
      expect(shapeOf(await asHtml(reportWith(text)))).toBe(shape);
    }),
  );
  expect(textIn(await asHtml(reportWith(pieces.join("x"))))).toContain(pieces.join("x").replace(/\s+/g, " "));
});

test("in Markdown it changes no block, row or cell, and makes no element, link or picture", () => {
  const reader = new MarkdownIt({ html: true, linkify: true });
  const shape = (markdown: string) =>
    reader.parse(markdown, {}).flatMap(({ type, children }) => [type, ...(children ?? []).flatMap(inline)]);
  const expected = shape(asMarkdown(harmless));

  fc.assert(
    fc.property(hostile([...pieces, ...ends]), (text) => {
      expect(shape(asMarkdown(reportWith(text)))).toEqual(expected);
    }),
  );
});

/** A word is a text or code, and an escape or an entity in it is one, too. */
function inline({ type }: { readonly type: string }): string[] {
  return ["text", "text_special", "code_inline"].includes(type) ? [] : [type];
}

test("control characters and changes of direction reach neither form", async () => {
  const report = reportWith(`x${ends.join("x")}x`);

  for (const form of [asMarkdown(report), await asHtml(report)])
    expect(form.replace(/[\n\t]/g, "")).not.toMatch(/[\p{Cc}\p{Bidi_Control}]/u);
});
