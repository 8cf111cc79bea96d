// Which modules a piece of code loads, seen from a Node process of its own.
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { execa } from "execa";
import { projectRoot } from "../../lab/paths.ts";

/** What `code`, the body of an ES module, prints in a Node of its own that runs in the project's folder. */
export function printedBy(code: string, ...options: readonly string[]): Promise<string> {
  return printedIn(projectRoot, code, options);
}

/** The same in another folder, with the packages that are found from there. */
export async function printedIn(
  project: string,
  code: string,
  options: readonly string[],
  env: Readonly<Record<string, string>> = {},
): Promise<string> {
  const node = join(projectRoot, "node_modules", ".bin", "node");
  // a file in the project: from there packages are found, and text that is run may import
  mkdirSync(join(project, ".lab"), { recursive: true });
  const folder = mkdtempSync(join(project, ".lab", "code-"));
  try {
    writeFileSync(join(folder, "code.mjs"), code);
    return (await execa(node, [...options, join(folder, "code.mjs")], { cwd: project, env })).stdout;
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** Addresses of all modules, Node's own among them, that `code` has loaded when it ends. */
export async function modulesLoadedBy(code: string, ...options: readonly string[]): Promise<readonly string[]> {
  const listener = `import { registerHooks } from "node:module";
const seen = [];
registerHooks({ load: (url, context, next) => { seen.push(url); return next(url, context); } });
process.on("exit", () => process.stdout.write(seen.join("\\n")));`;
  const preload = `data:text/javascript,${encodeURIComponent(listener)}`;
  return (await printedBy(code, ...options, "--import", preload)).split("\n");
}
