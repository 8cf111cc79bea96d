// Steps that let the host remember what was there before our first change, and forget it when that has been given back.
import { libraryFolder } from "../facts/journal.ts";
import { memoryFolder, memoryPath } from "../facts/memory.ts";
import { sh } from "./shell.ts";
import type { Step } from "./step.ts";

/** Written before the first change, and again where a later one adds to it. */
export function keepMemory(kind: string, id: string, before: unknown, found: Buffer | undefined): readonly Step[] {
  const reason = "remember on the host what was there before";
  return [
    ...(found === undefined
      ? [
          {
            do: "run",
            reason: `make ${memoryFolder}`,
            script: sh`install -d -m 700 -- ${libraryFolder} ${memoryFolder}`,
          } as const,
        ]
      : []),
    {
      do: "write",
      path: memoryPath(kind, id),
      content: memoryText(before),
      expected: found,
      created: { owner: "root", group: "root", mode: "600" },
      reason,
    },
  ];
}

/** The bytes of a memory. */
export function memoryText(before: unknown): Buffer {
  return Buffer.from(`${JSON.stringify(before)}\n`);
}

/** What was there before is there again. */
export function dropMemory(kind: string, id: string): readonly Step[] {
  return [
    { do: "remove", path: memoryPath(kind, id), reason: "forget what was there before: it is there again" },
    {
      do: "run",
      reason: "remove the folders of it where they are empty",
      script: sh`rmdir -- ${memoryFolder} ${libraryFolder} 2>/dev/null; :`,
    },
  ];
}
