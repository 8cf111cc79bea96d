// What the package exports, each as a section of the reference.
import { join } from "node:path";
import ts from "typescript";
import { definitionOf } from "../../providers/resources/catalogue.ts";
import { aliased, commentOf, exportsOf, programOf, withoutDefault } from "./program.ts";
import { type Field, schemaFields, typeNameOf } from "./schema.ts";
import { typeText } from "./types.ts";

export interface Section {
  readonly title: string;
  readonly kind: "component" | "resource" | "inputs" | "other";
  readonly text: string;
  /** Inputs whose change makes another thing on the host. */
  readonly replacedBy: readonly string[];
  readonly secrets: readonly string[];
  readonly inputs: readonly Field[];
  /** Those that are no inputs. */
  readonly outputs: readonly Field[];
  /** Inputs that are outputs, too. */
  readonly observed: readonly string[];
  /** A type whose inputs belong to this one as well. */
  readonly includes: string | undefined;
}

/** In the order in which a reader meets them; within a kind that of the sources. */
export function sections(folder: string): Section[] {
  const program = programOf(folder);
  const checker = program.getTypeChecker();
  const statement = program.getSourceFile(join(folder, "pulumi/sasl-resource.ts"))?.statements.find(isCommonArgs);
  const common = statement === undefined ? undefined : checker.getSymbolAtLocation(statement.name);
  // the type of a schema is told with the schema, the inputs of the component with the component
  const exported = exportsOf(program, folder).filter(
    ({ flags, name }) => !(flags & ts.SymbolFlags.TypeAlias) && name !== "SaslMailHostArgs",
  );
  const all = [...exported, ...(common === undefined ? [] : [common])];
  const positioned = all.toSorted((one, other) => positionOf(one) - positionOf(other));
  return positioned.map((symbol) => sectionOf(checker, symbol));
}

function isCommonArgs(statement: ts.Statement): statement is ts.InterfaceDeclaration {
  return ts.isInterfaceDeclaration(statement) && statement.name.text === "CommonArgs";
}

function positionOf(symbol: ts.Symbol): number {
  return symbol.declarations?.[0]?.pos ?? 0;
}

const none = { replacedBy: [], secrets: [], inputs: [], outputs: [], observed: [], includes: undefined } as const;

function sectionOf(checker: ts.TypeChecker, symbol: ts.Symbol): Section {
  const [declaration] = symbol.declarations ?? [];
  const bare = { title: symbol.name, ...none };
  const text = commentOf(checker, symbol, symbol.name);
  if (declaration === undefined) throw new Error(`${symbol.name} is not declared`);
  if (ts.isClassDeclaration(declaration)) return { ...bare, text, ...classOf(checker, declaration) };
  if (ts.isInterfaceDeclaration(declaration)) {
    const includes = declaration.heritageClauses?.[0]?.types[0]?.expression.getText();
    return { ...bare, text, kind: "inputs", includes, inputs: membersOf(checker, declaration.members, "") };
  }
  if (symbol.name.endsWith("Schema")) {
    const title = typeNameOf(symbol);
    const told = `${text} The type of \`${symbol.name}\`, a zod schema that is exported too.`;
    return { ...bare, title, text: told, kind: "inputs", inputs: schemaFields(checker, symbol) };
  }
  return { ...bare, text, kind: "other" };
}

function classOf(checker: ts.TypeChecker, node: ts.ClassDeclaration): Omit<Section, "title" | "text"> {
  const given = node.members.find(ts.isConstructorDeclaration)?.parameters[1]?.type;
  if (given === undefined || !ts.isTypeReferenceNode(given)) throw new Error(`${node.name?.text} takes no inputs`);
  const [schema] = given.typeArguments ?? [];
  const named = schema !== undefined && ts.isTypeQueryNode(schema) ? schema.exprName : given.typeName;
  const symbol = checker.getSymbolAtLocation(named);
  if (symbol === undefined) throw new Error(`${named.getText()} is not declared`);
  const target = aliased(checker, symbol);
  const [declaration] = target.declarations ?? [];
  if (declaration !== undefined && ts.isInterfaceDeclaration(declaration)) {
    const inputs = membersOf(checker, declaration.members, "");
    return { ...none, kind: "component", inputs, ...outputsOf(checker, node, []) };
  }
  const inputs = schemaFields(checker, target);
  return { ...none, kind: "resource", ...traitsOf(node), inputs, ...outputsOf(checker, node, inputs) };
}

/** The lists in the definition of a resource; a class has the name of its kind. */
function traitsOf(node: ts.ClassDeclaration): Pick<Section, "replacedBy" | "secrets"> {
  const { replacedBy, secrets = [] } = definitionOf(node.name?.text ?? "");
  return { replacedBy, secrets };
}

/** An output with the name of an input needs no comment of its own. */
function outputsOf(
  checker: ts.TypeChecker,
  node: ts.ClassDeclaration,
  inputs: readonly Field[],
): Pick<Section, "outputs" | "observed"> {
  const declared = node.members.filter(ts.isPropertyDeclaration);
  const isInput = ({ name }: ts.PropertyDeclaration) => inputs.some((input) => input.name === name.getText());
  const outputs = declared.flatMap((member) => {
    const symbol = checker.getSymbolAtLocation(member.name);
    if (isInput(member) || symbol === undefined || member.type === undefined) return [];
    const meaning = commentOf(checker, symbol, `${node.name?.text}.${symbol.name}`);
    return [{ name: symbol.name, type: typeText(member.type), byDefault: undefined, required: false, meaning }];
  });
  return { outputs, observed: declared.filter(isInput).map(({ name }) => name.getText()) };
}

function membersOf(checker: ts.TypeChecker, members: ts.NodeArray<ts.TypeElement>, before: string): Field[] {
  return members.filter(ts.isPropertySignature).flatMap(({ name: node, type, questionToken }) => {
    const symbol = checker.getSymbolAtLocation(node);
    if (symbol === undefined || type === undefined) return [];
    const name = `${before}${symbol.name}`;
    const field = { name, required: questionToken === undefined, ...withoutDefault(commentOf(checker, symbol, name)) };
    const inner = literalIn(type);
    if (inner === undefined) return [{ ...field, type: typeText(type) }];
    return [{ ...field, type: "object" }, ...membersOf(checker, inner.members, `${name}.`)];
  });
}

/** `{ … }` or `{ … } | undefined` */
function literalIn(node: ts.TypeNode): ts.TypeLiteralNode | undefined {
  if (ts.isTypeLiteralNode(node)) return node;
  return ts.isUnionTypeNode(node) ? node.types.find(ts.isTypeLiteralNode) : undefined;
}
