// One connection object for @pulumi/command and for us: what is written for theirs is taken by ours, and each of its fields has a meaning here.
import { join } from "node:path";
import { expect, test } from "@jest/globals";
import ts from "typescript";
import { projectRoot } from "../../../lab/paths.ts";
import { connectionSchema, hopSchema } from "../../../providers/host/connection-schema.ts";

const file = join(projectRoot, "connection-type.ts");
/** Compiled once: the error that is expected would be one if it did not come. */
const { program, complaints } = compile(`
  import type { types } from "@pulumi/command";
  import type { ConnectionArgs, HopArgs } from "pulumi-postfix-sasl";
  export declare const theirs: types.input.remote.ConnectionArgs;
  export declare const theirHop: types.input.remote.ProxyConnectionArgs;
  export const ours: ConnectionArgs = theirs;
  export const ourHop: HopArgs = theirHop;
  // @ts-expect-error: a connection without a host is none
  export const nowhere: ConnectionArgs = {} as Omit<typeof theirs, "host">;
`);

test("their connection and their jump host are taken by our types", () => {
  expect(complaints).toEqual([]);
});

test.each([
  ["connection", "theirs", connectionSchema],
  ["jump host", "theirHop", hopSchema],
])("each field of their %s is one of ours", (_what, name, schema) => {
  expect(Object.keys(schema.shape)).toEqual(expect.arrayContaining(fieldsOf(name)));
});

function compile(text: string): { program: ts.Program; complaints: string[] } {
  const { config } = ts.readConfigFile(join(projectRoot, "tsconfig.json"), ts.sys.readFile);
  const { options } = ts.parseJsonConfigFileContent({ ...config, files: [], include: [] }, ts.sys, projectRoot);
  const host = ts.createCompilerHost(options);
  const { getSourceFile } = host;
  host.getSourceFile = (name, version, ...rest) =>
    name === file ? ts.createSourceFile(name, text, version) : getSourceFile(name, version, ...rest);
  const program = ts.createProgram([file], options, host);
  const complaints = program.getSemanticDiagnostics(program.getSourceFile(file));
  return {
    program,
    complaints: complaints.map(({ messageText }) => ts.flattenDiagnosticMessageText(messageText, " ")),
  };
}

function fieldsOf(name: string): string[] {
  const checker = program.getTypeChecker();
  const source = program.getSourceFile(file);
  const module = source === undefined ? undefined : checker.getSymbolAtLocation(source);
  const symbol =
    module === undefined ? undefined : checker.getExportsOfModule(module).find((each) => each.name === name);
  const fields = symbol === undefined ? [] : checker.getTypeOfSymbol(symbol).getProperties();
  expect(fields.length).toBeGreaterThan(5);
  return fields.map((field) => field.name);
}
