// Steps that let the host remember whose a resource is and what was there before our first change, and forget it when that has been
// given back.
import { libraryFolder } from "../facts/journal.ts";
import { type Memory, memoryFolder, memoryPath } from "../facts/memory.ts";
import { type ShellText, sh } from "./shell.ts";
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
    quiet: true,
  } as const;
  return found === undefined ? [folder, write] : [write];
}

/** The bytes of a memory; the owner comes first, for `forgetAll`. */
export function memoryText({ owner, resource = null, before }: Memory): Buffer {
  return Buffer.from(`${beginning(owner)}"resource":${JSON.stringify(resource)},"before":${JSON.stringify(before)}}\n`);
}

function beginning(owner: string | null): string {
  return `{"owner":${JSON.stringify(owner)},`;
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
    {
      do: "run",
      reason: "remove the folders of it where they are empty",
      script: sh`rmdir -- ${memoryFolder} ${libraryFolder} 2>/dev/null; :`,
      undo: { script: sh`install -d -m 700 -- ${libraryFolder} ${memoryFolder}` },
      quiet: true,
    },
  ];
}

/** Forgets all that an owner has on this host, of resources too that vanished from it and so from the state. */
export function forgetAll(owner: string | null): ShellText {
  const start = beginning(owner);
  return sh`for file in ${memoryFolder}/*; do
  if [ "$(head -c ${Buffer.byteLength(start)} -- "$file" 2>/dev/null)" = ${start} ]; then rm -f -- "$file"; fi
done
rmdir -- ${memoryFolder} ${libraryFolder} 2>/dev/null; :`;
}
