// The inputs of a resource, read from its zod schema: names, types, defaults, what is checked, and the comments beside them.
import ts from "typescript";
import { aliased, commentOf, withoutDefault } from "./program.ts";
import { inputTypeOf } from "./types.ts";

/** One row of a table. */
export interface Field {
  readonly name: string;
  readonly type: string;
  readonly byDefault: string | undefined;
  /** A program that leaves it out is refused. */
  readonly required: boolean;
  readonly meaning: string;
}

/** One call of a chain: `.default("a")`. */
interface Call {
  readonly name: string;
  readonly args: readonly ts.Expression[];
}

/** A chain of calls, and what it begins with. */
interface Chain {
  readonly calls: readonly Call[];
  /** The fields of `z.strictObject`. */
  readonly fields: ts.ObjectLiteralExpression | undefined;
  /** The type of another exported schema. */
  readonly schema: string | undefined;
}

/** The rows of `export const …Schema = z.strictObject({ … })`; those of an object inside it are named `outer.inner`. */
export function schemaFields(checker: ts.TypeChecker, schema: ts.Symbol): Field[] {
  const { fields } = chainOf(checker, initializerOf(schema));
  if (fields === undefined) throw new Error(`${schema.name} is no z.strictObject`);
  return rowsOf(checker, fields, schema.name, "");
}

function rowsOf(checker: ts.TypeChecker, fields: ts.ObjectLiteralExpression, place: string, before: string): Field[] {
  return fields.properties.filter(ts.isPropertyAssignment).flatMap((property) => {
    const symbol = checker.getSymbolAtLocation(property.name);
    if (symbol === undefined) return [];
    const name = `${before}${symbol.name}`;
    const chain = chainOf(checker, property.initializer);
    const { meaning, byDefault } = withoutDefault(commentOf(checker, symbol, `${place}.${name}`));
    const own = chain.calls.find((call) => call.name === "default")?.args[0];
    const inner = chain.fields === undefined ? [] : rowsOf(checker, chain.fields, place, `${name}.`);
    const row = {
      name,
      type:
        inner.length > 0 ? "object" : (chain.schema ?? wordsOf(chain) ?? inputTypeOf(checker, property.initializer)),
      byDefault: own === undefined ? byDefault : `\`${defaultText(checker, own)}\``,
      required: own === undefined && !chain.calls.some((call) => call.name === "optional"),
      meaning: [meaning, ...rulesOf(chain)].join(" "),
    };
    return [row, ...inner];
  });
}

/** Follows names to where they are declared, so that the rules of a shared kind of value count as well. */
function chainOf(checker: ts.TypeChecker, expression: ts.Expression): Chain {
  if (ts.isIdentifier(expression)) {
    if (expression.text === "z") return { calls: [], fields: undefined, schema: undefined };
    const symbol = declared(checker, expression);
    if (symbol.name.endsWith("Schema")) return { calls: [], fields: undefined, schema: typeNameOf(symbol) };
    return chainOf(checker, initializerOf(symbol));
  }
  if (!ts.isCallExpression(expression)) return { calls: [], fields: undefined, schema: undefined };
  const { expression: callee, arguments: args } = expression;
  if (ts.isIdentifier(callee)) return chainOf(checker, returnedBy(declared(checker, callee)));
  if (!ts.isPropertyAccessExpression(callee)) return { calls: [], fields: undefined, schema: undefined };
  const own = { name: callee.name.text, args };
  const [first] = args;
  if (own.name === "strictObject" && first !== undefined && ts.isObjectLiteralExpression(first))
    return { calls: [], fields: first, schema: undefined };
  if (own.name === "array" && first !== undefined)
    return { ...chainOf(checker, first), calls: [...chainOf(checker, first).calls, own] };
  const before = chainOf(checker, callee.expression);
  return { ...before, calls: [...before.calls, own] };
}

/** The words of `z.enum`, in their order there: TypeScript has an order of its own. */
function wordsOf({ calls }: Chain): string | undefined {
  const words = calls.find((call) => call.name === "enum")?.args[0];
  if (words === undefined || !ts.isArrayLiteralExpression(words)) return undefined;
  const text = words.elements.map((word) => word.getText()).join(" | ");
  return calls.some((call) => call.name === "array") ? `(${text})[]` : text;
}

/** What is refused, in the words of the error message; for a bare number its bounds. What comes before `z.array` is about its members. */
function rulesOf({ calls }: Chain): string[] {
  const list = calls.findIndex(({ name }) => name === "array");
  const rules = [...saidBy("Each", calls.slice(0, Math.max(list, 0))), ...saidBy("It", calls.slice(Math.max(list, 0)))];
  if (rules.length > 0 || calls[0]?.name !== "number") return rules;
  const bound = (name: string) => calls.findLast((call) => call.name === name)?.args[0]?.getText();
  const [least = "0", most] = [bound("min"), bound("max")];
  return most === undefined ? [] : [`From ${least} to ${most.replaceAll("_", " ")}.`];
}

function saidBy(what: string, calls: readonly Call[]): string[] {
  const messages = calls.flatMap(({ args }) => args.flatMap(messagesIn)).filter((text) => text.startsWith("must "));
  return messages.length === 0 ? [] : [`${what} ${[...new Set(messages)].join("; it ")}.`];
}

function messagesIn(node: ts.Node): string[] {
  if (ts.isStringLiteral(node)) return [node.text];
  return ts.isObjectLiteralExpression(node)
    ? node.properties.filter(ts.isPropertyAssignment).flatMap(({ initializer }) => messagesIn(initializer))
    : [];
}

function defaultText(checker: ts.TypeChecker, value: ts.Expression): string {
  const node = ts.isIdentifier(value) && value.text !== "undefined" ? initializerOf(declared(checker, value)) : value;
  return node
    .getText()
    .replace(/\s+/g, " ")
    .replace(/,? ([}\]])/g, " $1");
}

function declared(checker: ts.TypeChecker, name: ts.Identifier): ts.Symbol {
  const symbol = checker.getSymbolAtLocation(name);
  if (symbol === undefined) throw new Error(`${name.text} is not declared`);
  return aliased(checker, symbol);
}

function initializerOf(symbol: ts.Symbol): ts.Expression {
  const declaration = symbol.valueDeclaration;
  if (declaration === undefined || !ts.isVariableDeclaration(declaration) || declaration.initializer === undefined)
    throw new Error(`${symbol.name} has no value`);
  return declaration.initializer;
}

/** `LimitArgs` for `export type LimitArgs = z.input<typeof limitsSchema>` */
export function typeNameOf(schema: ts.Symbol): string {
  const aliases = initializerOf(schema).getSourceFile().statements.filter(ts.isTypeAliasDeclaration);
  const own = aliases.find(({ type }) => type.getText().endsWith(`<typeof ${schema.name}>`));
  if (own === undefined) throw new Error(`${schema.name} has no type of its own`);
  return own.name.text;
}

function returnedBy(symbol: ts.Symbol): ts.Expression {
  const declaration = symbol.valueDeclaration;
  const statement =
    declaration !== undefined && ts.isFunctionDeclaration(declaration) ? declaration.body?.statements[0] : undefined;
  if (statement === undefined || !ts.isReturnStatement(statement) || statement.expression === undefined)
    throw new Error(`${symbol.name} does not return a schema at once`);
  return statement.expression;
}
