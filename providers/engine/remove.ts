// delete: puts back what was there before, and looks whether it is.
import type { Questions } from "../facts/fact.ts";
import { carryOut } from "../host/carry-out.ts";
import { giveUp } from "../host/transaction.ts";
import type { AnyDefinition } from "../resources/catalogue.ts";
import { Failure } from "../steps/failure.ts";
import { dropMemory } from "../steps/memory.ts";
import type { Step } from "../steps/step.ts";
import { explained } from "./failure.ts";
import { look } from "./look.ts";
import { mannerOf } from "./manner.ts";
import { begin, carrying, type Operation, resourceOf } from "./operation.ts";
import { belongsToAnother } from "./owner.ts";
import { type Properties, type Recorded, recordedIn } from "./state.ts";
import { connectionOfToday } from "./today.ts";

export async function remove(definition: AnyDefinition, id: string, properties: Properties): Promise<void> {
  const manner = mannerOf(properties);
  const { connection, wayOut } = connectionOfToday(manner);
  const operation = await begin(definition, id, manner, connection);
  const { host, done, log } = operation;
  try {
    await host.exclusively(() => takeBack(operation, recordedIn(definition, properties)));
  } catch (error) {
    throw explained(error, { host: host.name, resource: resourceOf(operation), done, wayOut });
  } finally {
    await log.delivered();
  }
}

/** Takes back our own change. On another machine than the recorded one, or where another stack took over, there is nothing of ours. */
async function takeBack(operation: Operation, { wanted, before, machine }: Recorded): Promise<void> {
  const { definition, host, id, manner, owner, log } = operation;
  const found = await host.lookLocked(owner ?? "a program", log, () => look(host, definition, wanted));
  if (found.machine !== machine) return log("another machine answers there now: it is left alone");
  if (belongsToAnother(operation, found.memory, null))
    return log(`left as it is: it belongs to the stack ${found.memory?.owner} now`);
  if (manner.transaction && definition.closes?.(wanted)) await giveUp(host, owner);
  const forget = found.memory === null ? [] : dropMemory(definition.kind, id);
  const steps = definition.remove(wanted, found.actual, before);
  await carryOut(
    host,
    [...steps, ...forget],
    carrying(operation, manner.transaction && !host.givenUp && !host.committed),
  );
  const after = await host.ask(definition.inspect(wanted) as Questions<unknown>);
  const left = definition.remove(wanted, after, before);
  if (left.length > 0) throw notPutBack(left);
}

function notPutBack(left: readonly Step[]): Failure {
  return new Failure({
    tried: "look again after putting back what was before",
    found: `this is still to be done: ${left.map((step) => (step.do === "wait" ? step.what : step.reason)).join("; ")}`,
    next: "something on the host works against it; put it right there and run `pulumi destroy` again",
  });
}
