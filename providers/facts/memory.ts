// What the host itself remembers of a resource: which stack it belongs to, and what was there before our first change (the same as
// `before` in the state). It survives a state that is lost, a run that is killed and a roll-back, so that a later destroy still gives
// back what was there at the very first.
import { createHash } from "node:crypto";
import { sh } from "../steps/shell.ts";
import { type Fact, textOf } from "./fact.ts";
import { libraryFolder } from "./journal.ts";

export const memoryFolder = `${libraryFolder}/memory`;

/** What is remembered of one resource. */
export interface Memory {
  /** "project/stack"; `null` where the resource was made without a stack. */
  readonly owner: string | null;
  /** URN of the one that keeps it: after a change of its name in the program, the new one. Older memories have none. */
  readonly resource?: string | null;
  readonly before: unknown;
}

/** One file a resource, root's alone. */
export function memoryPath(kind: string, id: string): string {
  return `${memoryFolder}/${kind}-${createHash("sha256").update(id).digest("hex").slice(0, 16)}.json`;
}

/** The memory of a resource, with the bytes it was read from; `null` where there is none. One question for all resources of a host. */
export function memoryOf(kind: string, id: string): Fact<(Memory & { readonly content: Buffer }) | null> {
  const file = memoryPath(kind, id);
  return {
    ...memories,
    parse: (answer) => {
      const content = memories.parse(answer).get(file);
      return content === undefined ? null : { ...(JSON.parse(content.toString("utf8")) as Memory), content };
    },
  };
}

/** All of the folder, by path. */
const memories: Fact<ReadonlyMap<string, Buffer>> = {
  name: `what is remembered in ${memoryFolder}`,
  question: sh`for file in ${`${memoryFolder}/`}*.json; do
  if [ -f "$file" ]; then printf '%s ' "$file" && base64 -w 0 < "$file" && echo || exit 1
  elif [ -e "$file" ]; then echo "$file is no regular file" >&2; exit 1; fi
done`,
  parse: (answer) => {
    const rows = textOf(`what is remembered in ${memoryFolder}`, answer).split("\n");
    return new Map(
      rows.filter(Boolean).map((row) => {
        const [path = "", content = ""] = row.split(" ");
        return [path, Buffer.from(content, "base64")];
      }),
    );
  },
};
