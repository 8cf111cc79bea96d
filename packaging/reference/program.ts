// The package's sources as TypeScript sees them, and what the comments in them say.
import { join } from "node:path";
import ts from "typescript";

/** All that `providers/index.ts` leads to. Nothing is checked: `npm run check` does that. */
export function programOf(folder: string): ts.Program {
  const file = join(folder, "tsconfig.json");
  const { config } = ts.readConfigFile(file, ts.sys.readFile);
  const { options } = ts.parseJsonConfigFileContent(config, ts.sys, folder, undefined, file);
  return ts.createProgram([join(folder, "index.ts")], options);
}

/** What the entry exports: the symbols behind the names. */
export function exportsOf(program: ts.Program, folder: string): ts.Symbol[] {
  const checker = program.getTypeChecker();
  const source = program.getSourceFile(join(folder, "index.ts"));
  const module = source === undefined ? undefined : checker.getSymbolAtLocation(source);
  if (module === undefined) throw new Error(`${folder}/index.ts exports nothing`);
  return checker.getExportsOfModule(module).map((symbol) => aliased(checker, symbol));
}

/** What an import or export stands for. */
export function aliased(checker: ts.TypeChecker, symbol: ts.Symbol): ts.Symbol {
  return symbol.flags & ts.SymbolFlags.Alias ? checker.getAliasedSymbol(symbol) : symbol;
}

/** The comment as one paragraph. One that is missing is an error: a reference with holes is found out here and not by its readers. */
export function commentOf(checker: ts.TypeChecker, symbol: ts.Symbol, place: string): string {
  const text = ts.displayPartsToString(symbol.getDocumentationComment(checker)).replace(/\s+/g, " ").trim();
  if (text === "") throw new Error(`${place} has no comment: write one where it is declared, then run this again`);
  return text;
}

/** A comment without its sentence "Default …", and what that sentence says. */
export function withoutDefault(comment: string): { meaning: string; byDefault: string | undefined } {
  const sentence = /(?:^|\s)Default:?\s(.+?)\.(?=\s|$)/.exec(comment);
  if (sentence === null) return { meaning: comment, byDefault: undefined };
  const [whole, value = ""] = sentence;
  return { meaning: comment.replace(whole, "").trim(), byDefault: /\s/.test(value) ? value : `\`${value}\`` };
}
