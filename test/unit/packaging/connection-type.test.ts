// One connection object for @pulumi/command and for us: what is written for theirs is taken by ours, and each of its fields has a meaning here.
import { join } from "node:path";
import { expect, jest, test } from "@jest/globals";
import ts from "typescript";
import { projectRoot } from "../../../lab/paths.ts";
import { connectionSchema, hopSchema } from "../../../providers/host/settings.ts";

jest.setTimeout(60_000);

const file = join(projectRoot, "connection-type.ts");
const imports = `
  import type { types } from "@pulumi/command";
  import type { ConnectionArgs, HopArgs } from "pulumi-postfix-sasl";
  declare const theirs: types.input.remote.ConnectionArgs;
  declare const theirHop: types.input.remote.ProxyConnectionArgs;
`;

test("their connection and their jump host are taken by our types", () => {
  const { complaints } = compile(
    `${imports} export const ours: ConnectionArgs = theirs; export const hop: HopArgs = theirHop;`,
  );

  expect(complaints).toEqual([]);
});

test("a connection without a host would not be", () => {
  const { complaints } = compile(`${imports} export const ours: ConnectionArgs = {} as Omit<typeof theirs, "host">;`);

  expect(complaints.join()).toMatch(/host/);
});

test("each of their fields is one of ours", () => {
  const { program } = compile(`${imports} export const fields = theirs; export const hopFields = theirHop;`);

  expect(Object.keys(connectionSchema.shape)).toEqual(expect.arrayContaining(fieldsOf(program, "fields")));
  expect(Object.keys(hopSchema.shape)).toEqual(expect.arrayContaining(fieldsOf(program, "hopFields")));
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

function fieldsOf(program: ts.Program, name: string): string[] {
  const checker = program.getTypeChecker();
  const source = program.getSourceFile(file);
  const module = source === undefined ? undefined : checker.getSymbolAtLocation(source);
  const symbol =
    module === undefined ? undefined : checker.getExportsOfModule(module).find((each) => each.name === name);
  const fields = symbol === undefined ? [] : checker.getTypeOfSymbol(symbol).getProperties();
  expect(fields.length).toBeGreaterThan(5);
  return fields.map((field) => field.name);
}
