// The package.json of the tarball: that of the workspace, with compiled files where it names sources. npm has no setting for that
// (pnpm and Yarn have `publishConfig.exports`), so the file is exchanged while `npm pack` or `npm publish` reads it.
import { existsSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { commonJs } from "./emit.ts";

interface Manifest {
  readonly scripts?: unknown;
  /** Entry → source file: "./index.ts", or "./lean-sdk.mjs" that loads "./lean-sdk.ts". */
  readonly exports: Readonly<Record<string, string>>;
}

/** The workspace's file while the tarball's is in its place; ignored by git. */
const kept = "package.json.workspace";

/** Before packing. Where an interrupted run has left the tarball's file, the workspace's comes back first. */
export function exchange(folder: string): void {
  restore(folder);
  const text = readFileSync(join(folder, "package.json"), "utf8");
  writeFileSync(join(folder, kept), text);
  writeFileSync(join(folder, "package.json"), `${JSON.stringify(ofTarball(JSON.parse(text)), undefined, 2)}\n`);
}

/** After packing. */
export function restore(folder: string): void {
  if (existsSync(join(folder, kept))) renameSync(join(folder, kept), join(folder, "package.json"));
}

function ofTarball({ scripts, exports, ...rest }: Manifest): object {
  const entries = Object.entries(exports).map(([entry, source]) => [entry, compiled(source)] as const);
  const [, main] = entries.find(([entry]) => entry === ".") ?? [];
  const conditions = entries.map(([entry, paths]) => [
    entry,
    paths === main ? { ...forRequire(paths), ...paths } : paths,
  ]);
  // `main` and `types` are for resolution that does not know `exports`: TypeScript's "node", which older templates of Pulumi set
  return { ...rest, main: main?.default, types: main?.types, exports: Object.fromEntries(conditions) };
}

function compiled(source: string): { types: string; default: string } {
  // compiled, a TypeScript file needs none of the JavaScript of the same name that looks at the version of Node
  const path = source.replace("./", "./dist/").replace(/\.(ts|mjs)$/, "");
  return { types: `${path}.d.ts`, default: `${path}.js` };
}

/** For a program in CommonJS; the first condition that fits is taken. */
function forRequire(paths: { types: string; default: string }) {
  const inCommonJs = (path: string) => path.replace("./dist/", `./dist/${commonJs}/`);
  return { require: { types: inCommonJs(paths.types), default: inCommonJs(paths.default) } };
}
