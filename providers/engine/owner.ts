// Whose a resource on the host is. Two stacks that keep the same thing would undo each other's work at every run.
import type { Memory } from "../facts/memory.ts";
import { Failure } from "../steps/failure.ts";
import { type Operation, resourceOf } from "./operation.ts";
import { isInProgram } from "./program.ts";

/** Whether the host says that another stack has it. `earlier` = what this stack was called when it last was here. */
export function belongsToAnother({ owner }: Operation, memory: Memory | null, earlier: string | null): boolean {
  return memory !== null && owner !== null && ![owner, earlier, null].includes(memory.owner);
}

/**
 * Whether another resource of this program has it: one whose name changes in the program is made under the new name first, and then
 * deleted under the old one.
 */
export function isKeptByAnother({ manner }: Operation, memory: Memory | null): boolean {
  const keeper = memory?.resource ?? undefined;
  return keeper !== manner.resourceUrn && isInProgram(keeper);
}

/** The URN to remember. Where several resources of a program keep the same thing, as two proofs do, it stays with the one that came first. */
export function keeperOf(operation: Operation, memory: Memory | null): string | null {
  const other = isKeptByAnother(operation, memory) ? memory?.resource : undefined;
  return other ?? operation.manner.resourceUrn ?? null;
}

/** Refuses what another stack keeps, unless that one is named to take over from. */
export function claim(operation: Operation, memory: Memory | null, earlier: string | null): void {
  if (memory === null || !belongsToAnother(operation, memory, earlier)) return;
  if (memory.owner !== operation.manner.takeOverFrom) throw taken(operation, memory.owner ?? "");
  operation.log(`taken over from the stack ${memory.owner}`);
}

function taken(operation: Operation, owner: string): Failure {
  return new Failure({
    tried: `keep ${resourceOf(operation)} for the stack ${operation.owner}`,
    found: `the host says that it belongs to the stack ${owner}`,
    left: "nothing was changed",
    next: `leave the host to that stack; or hand it over: set takeOverFrom to "${owner}" here, run \`pulumi up\`, then \`pulumi destroy\` there, which touches nothing any more`,
  });
}
