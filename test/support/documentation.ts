// The command and configuration blocks of the documents: what a reader would copy into a terminal or into a file.
import { globSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { projectRoot } from "../../lab/paths.ts";

export interface Block {
  /** The document, from the project's folder on. */
  readonly file: string;
  readonly kind: "sh" | "yaml";
  /** The first line without its comment: how tests name the block. */
  readonly begins: string;
  readonly text: string;
}

const documents = ["*.md", "{docs,examples,policy,providers,.github}/**/*.md"];

const kinds: Readonly<Record<string, Block["kind"]>> = {
  sh: "sh",
  bash: "sh",
  shell: "sh",
  console: "sh",
  yaml: "yaml",
  yml: "yaml",
};

/** All blocks of all documents, in their order. Other languages, and blocks without one, are samples of output or sources. */
export function blocks(): Block[] {
  const files = globSync(documents, { cwd: projectRoot, exclude: (name) => /(^|\/)(node_modules|dist)$/.test(name) });
  return files.sort().flatMap((file) => blocksIn(file, readFileSync(join(projectRoot, file), "utf8")));
}

/** @example blocksIn("a.md", "```sh\nls  # all\n```\n") // [{ file: "a.md", kind: "sh", begins: "ls", text: "ls  # all\n" }] */
export function blocksIn(file: string, markdown: string): Block[] {
  const fenced = markdown.matchAll(/^( *)(```+) *([a-z]*)[^\n]*\n(.*?)^\1\2 *$/gms);
  return [...fenced].flatMap(([, indent = "", , language = "", inner = ""]) => {
    const kind = kinds[language];
    if (kind === undefined) return [];
    const text = inner.replaceAll(new RegExp(`^${indent}`, "gm"), "");
    return [{ file, kind, begins: withoutComment(text.split("\n").find(isCommand) ?? text), text }];
  });
}

function isCommand(line: string): boolean {
  return line.trim() !== "" && !line.startsWith("#");
}

function withoutComment(line: string): string {
  return line.replace(/ +# .*$/, "").trim();
}
