// JavaScript and declarations of the package pulumi-postfix-sasl, from its sources into dist/: Node takes no types away below node_modules.
import { cpSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import ts from "typescript";
import { withExportedNames } from "./exported-names.ts";
import { withFieldComments } from "./field-comments.ts";

/** The folder in dist/ for programs in CommonJS. */
export const commonJs = "commonjs";

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
  addCommonJs(join(folder, "dist"));
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

/**
 * The entry once more for CommonJS. TypeScript accepts a `require` of an ES module only with `"module": "nodenext"` and since 5.8: for
 * `node16` and older ones the declarations must be CommonJS, and what they describe, too. There is one copy of the code.
 */
function addCommonJs(dist: string): void {
  const target = join(dist, commonJs);
  for (const file of ts.sys.readDirectory(dist, [".d.ts"])) cpSync(file, file.replace(dist, target));
  cpSync(join(import.meta.dirname, "commonjs.cjs"), join(target, "index.js"));
  // the nearest package.json says which kind a file is of
  writeFileSync(join(target, "package.json"), `${JSON.stringify({ type: "commonjs" })}\n`);
}
