// Names what a file passes on with `export *`. The TypeScript 3.8 that comes with Pulumi's SDK, by which ts-node compiles a program in
// CommonJS, finds no declaration behind a path that ends in .ts: it takes a name that is written down for anything, and knows no other.
import ts from "typescript";

/** `export * from "./a.ts"` in a declaration becomes `export { One, Two } from "./a.ts"`. */
export function withExportedNames(program: ts.Program): ts.TransformerFactory<ts.SourceFile | ts.Bundle> {
  const checker = program.getTypeChecker();
  return ({ factory }) =>
    (node) => {
      const source = ts.isSourceFile(node) ? program.getSourceFile(node.fileName) : undefined;
      if (!ts.isSourceFile(node) || source === undefined) return node;
      const statements = node.statements.map((statement) => {
        if (!ts.isExportDeclaration(statement) || statement.exportClause !== undefined) return statement;
        const names = namesBehind(statement.moduleSpecifier, source, checker);
        const specifiers = names.map((name) => factory.createExportSpecifier(false, undefined, name));
        const { modifiers, isTypeOnly, moduleSpecifier } = statement;
        const clause = factory.createNamedExports(specifiers);
        return factory.updateExportDeclaration(statement, modifiers, isTypeOnly, clause, moduleSpecifier, undefined);
      });
      return factory.updateSourceFile(node, statements);
    };
}

/** What the module exports that the source names so. */
function namesBehind(specifier: ts.Expression | undefined, source: ts.SourceFile, checker: ts.TypeChecker): string[] {
  const text = specifier !== undefined && ts.isStringLiteral(specifier) ? specifier.text : "";
  const written = source.statements
    .filter(ts.isExportDeclaration)
    .map(({ moduleSpecifier }) => moduleSpecifier)
    .find((one) => one !== undefined && ts.isStringLiteral(one) && one.text === text);
  const module = written && checker.getSymbolAtLocation(written);
  if (module === undefined) throw new Error(`${source.fileName}: nothing is behind export * from "${text}"`);
  return checker.getExportsOfModule(module).map(({ name }) => name);
}
