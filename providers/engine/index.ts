// Pulumi's protocol for all resources: what the stub in the state calls. Loaded afresh from the package by every operation,
// so that the code of today runs, not the code of the day a resource was made. What speaks with hosts is loaded by the first call
// that needs it: a preview that only checks and compares starts without SSH and SMTP.
import { definitionOf } from "../resources/catalogue.ts";
import { type CheckResult, check as checkInputs } from "./check.ts";
import { differences } from "./differences.ts";
import { noteInProgram } from "./program.ts";
import type { ReadResult } from "./refresh.ts";
import type { Properties } from "./state.ts";
import { isUnknown } from "./unknown.ts";
import { endWithEngine } from "./watch.ts";

/** Whether this operation has already changed something, on any host. A preview never does. */
let begun = false;

export async function check(kind: string, olds: Properties, news: Record<string, unknown>): Promise<CheckResult> {
  endWithEngine();
  noteInProgram(olds, news);
  return checkInputs(definitionOf(kind), olds, news, { begun });
}

/**
 * No connection here: Pulumi asks for one difference after the other. The host was looked at by the refresh before. Where something
 * differs, the answer is "look for yourself" (no `changes`): a dynamic provider can not tell the engine which properties differ, and the
 * engine needs them for `replaceOnChanges` and for a preview that shows these and no others (diffResource in step_generator.go).
 */
export async function diff(kind: string, _id: string, olds: Properties, news: Properties) {
  const definition = definitionOf(kind);
  const changed = differences(definition, olds, news);
  const manner = JSON.stringify(mannerParts(olds)) !== JSON.stringify(mannerParts(news));
  return {
    ...(changed.length > 0 || manner || isUnknown(news) ? {} : { changes: false }),
    replaces: changed.filter((key) => definition.replacedBy.includes(key)),
    // two entries for one port, or two owners of one directory, can not stand side by side
    deleteBeforeReplace: true,
  };
}

/** The name of the resource and whom it was taken over from are no reason to do anything. */
function mannerParts({ connection, transaction, hostName }: Properties): unknown[] {
  return [connection, transaction, hostName];
}

export async function create(kind: string, inputs: Properties) {
  begun = true;
  endWithEngine();
  const { converge } = await import("./converge.ts");
  return await converge(definitionOf(kind), inputs, undefined);
}

export async function update(kind: string, _id: string, olds: Properties, news: Properties) {
  begun = true;
  endWithEngine();
  const { converge } = await import("./converge.ts");
  const { outs } = await converge(definitionOf(kind), news, olds);
  return { outs };
}

export async function read(kind: string, id: string, properties: Properties = {}): Promise<ReadResult> {
  endWithEngine();
  const { refresh } = await import("./refresh.ts");
  return await refresh(definitionOf(kind), id, properties);
}

async function deleteResource(kind: string, id: string, properties: Properties): Promise<void> {
  begun = true;
  endWithEngine();
  const { remove } = await import("./remove.ts");
  await remove(definitionOf(kind), id, properties);
}

export { deleteResource as delete };
