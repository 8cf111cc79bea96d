// The two looks at a host: the one that decides, and the one after a change, which alone is believed.
import type { Questions } from "../facts/fact.ts";
import { memoryOf } from "../facts/memory.ts";
import type { Host } from "../host/host.ts";
import type { AnyDefinition } from "../resources/catalogue.ts";
import { Failure } from "../steps/failure.ts";
import { describeDifferences } from "./differences.ts";
import type { Properties } from "./state.ts";

/** One turn: which machine it is, what it shows, and what it remembers of the time before us. */
export async function readHost(host: Host, definition: AnyDefinition, inputs: Properties) {
  const [machine, actual, { memory }] = await Promise.all([
    host.machine(),
    host.look(definition.inspect(inputs) as Questions<unknown>),
    host.look({ memory: memoryOf(definition.kind, definition.id(inputs)) }),
  ]);
  return { machine: machine.id, actual, memory };
}

export type Found = Awaited<ReturnType<typeof readHost>>;

/** The look after the change. The journal is still open then: closing it is what the look decides on, so it counts as closed. */
export async function verify(host: Host, definition: AnyDefinition, inputs: Properties): Promise<unknown> {
  const actual = await host.look(definition.inspect(inputs) as Questions<Record<string, unknown>>);
  return definition.closes?.(inputs) ? { ...actual, journal: false } : actual;
}

/** What is to be believed after a change: that the host shows what was asked for. */
export function refuseDifference(definition: AnyDefinition, observed: Properties, wanted: Properties): void {
  const found = describeDifferences(definition, observed, wanted);
  if (found === "") return;
  throw new Failure({
    tried: "look again after the change",
    found: `the host does not show what was asked for: ${found}`,
    next: "something on the host works against this; put it right there and run `pulumi up` again",
  });
}
