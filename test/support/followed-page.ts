// A page that says where its code belongs, followed on a copy of the repository.
import { cpSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { projectRoot } from "../../lab/paths.ts";

/** A block of code and the line above it. */
export interface Instruction {
  /** From the project's folder on. */
  readonly file: string;
  readonly where: "new file" | "at the end" | { readonly before: string } | { readonly after: string };
  readonly code: string;
}

/**
 * All blocks of TypeScript. One without a line of these shapes above it is an error, so that no block of the page is left out:
 * "New file `FILE`:", "In `FILE`, at the end:", "In `FILE`, before `LINE`:", "In `FILE`, after `LINE`:".
 */
export function instructionsIn(page: string): Instruction[] {
  return [...page.matchAll(/^([^\n]*)\n\n```ts\n(.*?)^```$/gms)].map(([, line = "", code = ""]) => {
    const [, created] = /^New file `([^`]+)`:$/.exec(line) ?? [];
    if (created !== undefined) return { file: created, where: "new file", code };
    const [, file, place, at] = /^In `([^`]+)`, (at the end|before|after)(?: `([^`]+)`)?:$/.exec(line) ?? [];
    if (file === undefined) throw new Error(`no place for the code below "${line}"`);
    if (place === "at the end") return { file, where: place, code };
    return { file, where: place === "before" ? { before: at ?? "" } : { after: at ?? "" }, code };
  });
}

/** A copy of the sources whose programs find its own package, and this checkout's installed ones. */
export function copyOfRepository(): string {
  const folder = mkdtempSync(join(tmpdir(), "sasl-mail-host-copy-"));
  const notCopied = [".git", ".lab", "node_modules", "docs"];
  for (const entry of readdirSync(projectRoot).filter((name) => !notCopied.includes(name)))
    cpSync(join(projectRoot, entry), join(folder, entry), {
      recursive: true,
      filter: (source) => source !== join(projectRoot, "providers/dist"),
    });
  mkdirSync(join(folder, "node_modules"));
  for (const entry of readdirSync(join(projectRoot, "node_modules")).filter((name) => name !== "pulumi-postfix-sasl"))
    symlinkSync(join(projectRoot, "node_modules", entry), join(folder, "node_modules", entry));
  symlinkSync(join(folder, "providers"), join(folder, "node_modules", "pulumi-postfix-sasl"));
  return folder;
}

export function removeCopy(folder: string): void {
  rmSync(folder, { recursive: true, force: true });
}

/** A line that is not in the file, or more than once, is an error: a reader would not know where to go on. */
export function follow({ file, where, code }: Instruction, folder: string): void {
  const path = join(folder, file);
  if (where === "new file") {
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, code, { flag: "wx" });
    return;
  }
  const text = readFileSync(path, "utf8");
  if (where === "at the end") {
    writeFileSync(path, text + code);
    return;
  }
  const line = "before" in where ? where.before : where.after;
  const lines = text.split("\n");
  const found = lines.flatMap((one, index) => (one === line ? [index] : []));
  if (found.length !== 1) throw new Error(`${file} has the line "${line}" ${found.length} times`);
  lines.splice((found[0] ?? 0) + ("before" in where ? 0 : 1), 0, code.trimEnd());
  writeFileSync(path, lines.join("\n"));
}
