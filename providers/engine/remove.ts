// delete: puts back what was there before, and looks whether it is.
import type { Questions } from "../facts/fact.ts";
import { carryOut } from "../host/carry-out.ts";
import { hostOf } from "../host/host.ts";
import { giveUp } from "../host/transaction.ts";
import type { AnyDefinition } from "../resources/catalogue.ts";
import { Failure } from "../steps/failure.ts";
import { dropMemory } from "../steps/memory.ts";
import type { Step } from "../steps/step.ts";
import { look } from "./converge.ts";
import { explained } from "./failure.ts";
import { mannerOf } from "./manner.ts";
import { type Properties, recordedIn } from "./state.ts";
import { connectionOfToday } from "./today.ts";

/** Takes back our own change. On another machine than the recorded one there is nothing of ours, so nothing is done. */
export async function remove(definition: AnyDefinition, id: string, properties: Properties): Promise<void> {
  const manner = mannerOf(properties);
  const host = hostOf(connectionOfToday(manner));
  const done: string[] = [];
  const log = (line: string) => {
    done.push(line);
    console.log(`${host.name} ${definition.kind}: ${line}`);
  };
  try {
    await host.exclusively(async () => {
      const { wanted, before, machine } = recordedIn(definition, properties);
      const found = await look(host, definition, wanted);
      if (found.machine !== machine) return;
      if (manner.transaction && definition.closes?.(wanted)) await giveUp(host);
      const journalled = manner.transaction && !host.givenUp;
      await carryOut(host, definition.remove(wanted, found.actual, before), { log, journalled });
      if (found.memory !== null) await carryOut(host, dropMemory(definition.kind, id), { log: () => {}, journalled });
      const after = await host.ask(definition.inspect(wanted) as Questions<unknown>);
      const left = definition.remove(wanted, after, before);
      if (left.length > 0) throw notPutBack(left);
    });
  } catch (error) {
    throw explained(error, { host: host.name, resource: `${definition.kind} ${id}`, done });
  }
}

function notPutBack(left: readonly Step[]): Failure {
  return new Failure({
    tried: "look again after putting back what was before",
    found: `this is still to be done: ${left.map((step) => (step.do === "wait" ? step.what : step.reason)).join("; ")}`,
    next: "something on the host works against it; put it right there and run `pulumi destroy` again",
  });
}
