// Types as a reader wants them: without `undefined`, and without saying of each input that it may be an output of another resource.
import ts from "typescript";

const printer = ts.createPrinter({ removeComments: true });

/** `pulumi.Input<string> | undefined` → `string`. */
export function typeText(node: ts.TypeNode): string {
  const { transformed } = ts.transform(node, [
    (context) => (root) => {
      const visit = (child: ts.Node): ts.Node => plain(ts.visitEachChild(child, visit, context));
      return visit(root) as ts.TypeNode;
    },
  ]);
  const text = printer
    .printNode(ts.EmitHint.Unspecified, transformed[0] ?? node, node.getSourceFile())
    .replace(/\s+/g, " ");
  return text.replace(/^\((.*)\)$/, "$1");
}

function plain(node: ts.Node): ts.Node {
  if (ts.isTypeReferenceNode(node) && node.typeArguments?.[0] !== undefined && isWrapper(node.typeName)) {
    return node.typeArguments[0];
  }
  if (!ts.isUnionTypeNode(node)) return node;
  const members = node.types.filter(({ kind }) => kind !== ts.SyntaxKind.UndefinedKeyword);
  return members.length === 1 && members[0] !== undefined ? members[0] : ts.factory.createUnionTypeNode(members);
}

function isWrapper(name: ts.EntityName): boolean {
  return ts.isQualifiedName(name) && ["Input", "Output"].includes(name.right.text);
}

/** What a zod schema takes: `string` for `z.string().default("a")`. */
export function inputTypeOf(checker: ts.TypeChecker, schema: ts.Expression): string {
  const member = (type: ts.Type, name: string) => {
    const symbol = type.getProperty(name);
    if (symbol === undefined) throw new Error(`${schema.getText()} is no zod schema`);
    return checker.getTypeOfSymbol(symbol);
  };
  const input = member(member(checker.getTypeAtLocation(schema), "_zod"), "input");
  return checker.typeToString(checker.getNonNullableType(input), undefined, ts.TypeFormatFlags.NoTruncation);
}
