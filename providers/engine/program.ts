// Which resources the program of this operation has. Pulumi asks `check` about each of them and about no other, before anything is done
// to it. So a resource that is deleted although it was checked comes again in the same operation: it is replaced. And where nothing was
// checked at all, the operation is a destroy (continueStepsFromRefresh in step_generator.go).
import type { Properties } from "./state.ts";

const checked = new Set<unknown>();

/** Notes a resource under its name of today and that of the last run. */
export function noteInProgram(...resources: readonly Properties[]): void {
  for (const { resourceUrn } of resources) if (resourceUrn !== undefined) checked.add(resourceUrn);
}

/** Whether the resource of this name is there after the operation: one that is deleted nevertheless is replaced. */
export function isInProgram(urn: string | undefined): boolean {
  return checked.has(urn);
}

/** Whether this operation leaves nothing. */
export function isDestroy(): boolean {
  return checked.size === 0;
}
