// The comment of each input stands with its field in a zod schema. TypeScript leaves it out where it writes the schema's type into
// a declaration (zod maps the fields to a new type on the way), so that an editor would have nothing to show: here it is put back.
import ts from "typescript";

/** Puts the comments of `export const …Schema = z.strictObject({ … })` before the fields of the type in the declaration. */
export function withFieldComments(program: ts.Program): ts.TransformerFactory<ts.SourceFile | ts.Bundle> {
  return (context) => (node) => {
    if (!ts.isSourceFile(node)) return node;
    // the nodes of a declaration are new ones; only the file's name leads back to the source
    const source = program.getSourceFile(node.fileName);
    if (source === undefined) return node;
    const comments = commentsIn(source);
    const visit =
      (path: readonly string[]) =>
      (child: ts.Node): ts.Node => {
        const inner = nameOf(child);
        const here = inner === undefined ? path : [...path, inner];
        const comment = ts.isPropertySignature(child) ? comments.get(here.join(".")) : undefined;
        const visited = ts.visitEachChild(child, visit(here), context);
        return comment === undefined || bringsComment(visited)
          ? visited
          : ts.addSyntheticLeadingComment(visited, ts.SyntaxKind.MultiLineCommentTrivia, comment, true);
      };
    return ts.visitEachChild(node, visit([]), context);
  };
}

/** "statOverrideSchema.path" → text of the comment between its slashes. */
function commentsIn(source: ts.SourceFile): Map<string, string> {
  const found = new Map<string, string>();
  const look =
    (path: readonly string[]) =>
    (node: ts.Node): void => {
      const inner = nameOf(node);
      const here = inner === undefined ? path : [...path, inner];
      if (ts.isPropertyAssignment(node)) {
        const comment = ts.getJSDocCommentsAndTags(node).findLast(ts.isJSDoc);
        if (comment !== undefined) found.set(here.join("."), comment.getText(source).slice(2, -2));
      }
      ts.forEachChild(node, look(here));
    };
  look([])(source);
  return found;
}

function nameOf(node: ts.Node): string | undefined {
  if (ts.isVariableDeclaration(node) || ts.isPropertyAssignment(node) || ts.isPropertySignature(node)) {
    return ts.isIdentifier(node.name) || ts.isStringLiteral(node.name) ? node.name.text : undefined;
  }
  return undefined;
}

/** Where TypeScript has kept a comment, it knows the place of it in the source. */
function bringsComment(node: ts.Node): boolean {
  return ts.getCommentRange(node).pos >= 0;
}
