// JavaScript and declarations of the package pulumi-postfix-sasl, from its sources into dist/: Node takes no types away below node_modules.
import { rmSync } from "node:fs";
import { join } from "node:path";
import ts from "typescript";
import { withExportedNames } from "./exported-names.ts";
import { withFieldComments } from "./field-comments.ts";

/** Compiles what `providers/tsconfig.json` names. Whatever TypeScript complains about is an error. */
export function emit(folder: string): void {
  rmSync(join(folder, "dist"), { recursive: true, force: true });
  const file = join(folder, "tsconfig.json");
  const { config } = ts.readConfigFile(file, ts.sys.readFile);
  const { fileNames, options, errors } = ts.parseJsonConfigFileContent(config, ts.sys, folder, undefined, file);
  const program = ts.createProgram(fileNames, options);
  const { diagnostics } = program.emit(undefined, undefined, undefined, undefined, {
    afterDeclarations: [withFieldComments(program), withExportedNames(program)],
  });
  const complaints = [...errors, ...ts.getPreEmitDiagnostics(program), ...diagnostics];
  if (complaints.length > 0) {
    throw new Error(
      ts.formatDiagnostics(complaints, {
        getCanonicalFileName: (name) => name,
        getCurrentDirectory: () => folder,
        getNewLine: () => "\n",
      }),
    );
  }
}
