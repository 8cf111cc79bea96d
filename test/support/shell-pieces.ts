// Every piece of shell text in the sources, told by the TypeScript compiler: the templates that are tagged with `sh`.
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import ts from "typescript";
import { projectRoot } from "../../lab/paths.ts";

export interface ShellPiece {
  /** "providers/steps/apt.ts:45" */
  readonly place: string;
  /** With one quoted word for each value. */
  readonly text: string;
}

export function shellPieces(folder = "providers"): ShellPiece[] {
  return readdirSync(join(projectRoot, folder), { recursive: true, encoding: "utf8" })
    .filter((file) => file.endsWith(".ts") && !/(^|\/)(node_modules|dist)\//.test(file))
    .flatMap((file) => piecesIn(join(folder, file)));
}

function piecesIn(file: string): ShellPiece[] {
  const source = ts.createSourceFile(file, readFileSync(join(projectRoot, file), "utf8"), ts.ScriptTarget.Latest, true);
  const found: ShellPiece[] = [];
  const visit = (node: ts.Node) => {
    if (ts.isTaggedTemplateExpression(node) && node.tag.getText() === "sh") {
      const line = source.getLineAndCharacterOfPosition(node.getStart()).line + 1;
      found.push({ place: `${file}:${line}`, text: textOf(node.template) });
    }
    ts.forEachChild(node, visit);
  };
  visit(source);
  return found;
}

function textOf(template: ts.TemplateLiteral): string {
  const parts = ts.isNoSubstitutionTemplateLiteral(template)
    ? [template]
    : [template.head, ...template.templateSpans.map(({ literal }) => literal)];
  return parts.map(({ rawText = "" }) => rawText.replaceAll("\\${", "${")).join("'value'");
}
