// What the host itself remembers of a resource: which stack it belongs to, and what was there before our first change (the same as
// `before` in the state). It survives a state that is lost, a run that is killed and a roll-back, so that a later destroy still gives
// back what was there at the very first.
import { createHash } from "node:crypto";
import type { Fact } from "./fact.ts";
import { fileAt } from "./file.ts";
import { libraryFolder } from "./journal.ts";

export const memoryFolder = `${libraryFolder}/memory`;

/** What is remembered of one resource. */
export interface Memory {
  /** "project/stack"; `null` where the resource was made without a stack. */
  readonly owner: string | null;
  readonly before: unknown;
}

/** One file a resource, root's alone. */
export function memoryPath(kind: string, id: string): string {
  return `${memoryFolder}/${kind}-${createHash("sha256").update(id).digest("hex").slice(0, 16)}.json`;
}

/** The memory of a resource, with the bytes it was read from; `null` where there is none. */
export function memoryOf(kind: string, id: string): Fact<(Memory & { readonly content: Buffer }) | null> {
  const file = fileAt(memoryPath(kind, id));
  return {
    ...file,
    parse: (answer) => {
      const found = file.parse(answer);
      return found === null
        ? null
        : { ...(JSON.parse(found.content.toString("utf8")) as Memory), content: found.content };
    },
  };
}
