// Warns about what the inputs of a resource ask for. The program cannot do that: a destroy runs it
// too, and the SDK does not tell it so.
import type { AnyDefinition } from "../resources/catalogue.ts";
import { hostIn } from "./check.ts";
import { resourceLog } from "./resource-log.ts";
import type { Properties } from "./state.ts";

export async function warnOfInputs(definition: AnyDefinition, inputs: Properties): Promise<void> {
  const lines = definition.inputWarnings?.(inputs) ?? [];
  if (lines.length === 0) return;
  const host = hostIn(inputs);
  const log = resourceLog(inputs.resourceUrn as string | undefined, `${host} ${definition.kind}`);
  for (const line of lines) log.warn(`${host}: ${line}`);
  await log.delivered();
}
