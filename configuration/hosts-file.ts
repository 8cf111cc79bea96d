// `hostsFile`: hosts in a file of their own, for an inventory that outgrows the configuration, which
// reaches the program in an environment variable (of at most 128 KiB on Linux, execve(2)).
import { readFileSync, statSync } from "node:fs";
import { createRequire } from "node:module";
import { resolve } from "node:path";
import type { z } from "zod";
import { complaintsOf } from "./complaints.ts";

/** The hosts of the file; or what is wrong with it, each with file and line. */
export type FileHosts = { readonly hosts: readonly unknown[] } | { readonly wrong: readonly string[] };

/** YAML, of which JSON is a part. `schema` is that of an object with the key `hosts`. */
export function hostsIn(file: string, folder: string, schema: z.ZodType): FileHosts {
  const { text, error: absent } = contentOf(resolve(folder, file));
  if (absent !== undefined) return { wrong: [`hostsFile: ${file} cannot be read: ${absent}`] };
  // Few stacks have such a file, so the parser is loaded only for them.
  const { LineCounter, isNode, parseDocument } = createRequire(import.meta.url)("yaml") as typeof import("yaml");
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: true });
  const [error] = document.errors;
  // Its first line has the reason, the others show the text.
  if (error !== undefined)
    return { wrong: [`${file}, line ${lines.linePos(error.pos[0]).line}: no valid YAML: ${firstLine(error.message)}`] };
  let hosts: unknown;
  try {
    hosts = document.toJS();
  } catch (unfollowed) {
    // An alias without its anchor, or more aliases than a list of hosts has use for, is found only here.
    return { wrong: [`${file}: no valid YAML: ${firstLine((unfollowed as Error).message)}`] };
  }
  if (!Array.isArray(hosts)) return { wrong: [`${file}, line 1: must be a list, as the key hosts is`] };
  const parsed = schema.safeParse({ hosts });
  if (parsed.success) return { hosts };
  const lineOf = ([, ...path]: readonly PropertyKey[]): number => {
    const node = document.getIn(path, true);
    if (isNode(node) && node.range) return lines.linePos(node.range[0]).line;
    return path.length === 0 ? 1 : lineOf(["hosts", ...path.slice(0, -1)]);
  };
  const wrong = parsed.error.issues.flatMap((issue) => {
    const line = lineOf(issue.code === "unrecognized_keys" ? [...issue.path, issue.keys[0] ?? ""] : issue.path);
    return complaintsOf(schema, { hosts }, [issue]).map((complaint) => `${file}, line ${line}: ${complaint}`);
  });
  return { wrong };
}

function contentOf(path: string): { readonly text: string; readonly error?: string } {
  try {
    // Reading a pipe waits for its writer (fifo(7)), so that a preview would never end.
    if (!statSync(path).isFile()) return { text: "", error: "it is not a regular file" };
    return { text: readFileSync(path, "utf8") };
  } catch (error) {
    return { text: "", error: (error as Error).message };
  }
}

function firstLine(message: string): string {
  return (message.split("\n")[0] ?? "").replace(/ at line \d+, column \d+:?$/, "");
}
