// Steps that let the host remember whose a resource is and what was there before our first change, and forget it when that has been
// given back.
import { libraryFolder } from "../facts/journal.ts";
import { type Memory, memoryFolder, memoryFormat, memoryPath, seal } from "../facts/memory.ts";
import { sh } from "./shell.ts";
import type { Step } from "./step.ts";

/** To be taken before the first change, and again where a later one adds to it. None when the host remembers just that: `found` is what it has. */
export function keepMemory(kind: string, id: string, memory: Memory, found: Buffer | undefined): readonly Step[] {
  const content = memoryText(memory);
  if (found?.equals(content)) return [];
  const write = {
    do: "write",
    path: memoryPath(kind, id),
    content,
    expected: found,
    created: { owner: "root", group: "root", mode: "600" },
    reason: "remember on the host what was there before",
    quiet: true,
  } as const;
  const folder = {
    do: "run",
    reason: `make ${memoryFolder}`,
    script: sh`install -d -m 700 -- ${libraryFolder} ${memoryFolder}`,
    next: `see what is wrong with the file system of ${libraryFolder} (df, df -i, mount), then run \`pulumi up\` again`,
    quiet: true,
  } as const;
  return found === undefined ? [folder, write] : [write];
}

/** The bytes of a memory: one line of JSON, and the seal that shows it to be whole. */
export function memoryText({ owner, resource = null, before }: Memory): Buffer {
  const line = `${JSON.stringify({ format: memoryFormat, owner, resource, before })}\n`;
  return Buffer.from(line + seal(line));
}

/** What was there before is there again. */
export function dropMemory(kind: string, id: string): readonly Step[] {
  return [
    {
      do: "remove",
      path: memoryPath(kind, id),
      reason: "forget what was there before: it is there again",
      quiet: true,
    },
    removeEmptyFolders,
  ];
}

/** Forgets resources that vanished from the host, and so from the state, before they could be taken back. */
export function forgetMemories(paths: readonly string[]): readonly Step[] {
  const reason = "forget what was there before a thing that has vanished";
  return [...paths.map((path) => ({ do: "remove", path, reason, quiet: true }) as const), removeEmptyFolders];
}

const removeEmptyFolders: Step = {
  do: "run",
  reason: "remove the folders of it where they are empty",
  script: sh`rmdir -- ${memoryFolder} ${libraryFolder} 2>/dev/null; :`,
  undo: { script: sh`install -d -m 700 -- ${libraryFolder} ${memoryFolder}` },
  quiet: true,
};
