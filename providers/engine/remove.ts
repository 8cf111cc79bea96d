// delete: puts back what was there before, and looks whether it is.
import type { Questions } from "../facts/fact.ts";
import { journalOpen } from "../facts/journal.ts";
import { carryOut } from "../host/carry-out.ts";
import { giveUp, rollBack } from "../host/transaction.ts";
import type { AnyDefinition } from "../resources/catalogue.ts";
import { Failure } from "../steps/failure.ts";
import { dropMemory } from "../steps/memory.ts";
import type { Step } from "../steps/step.ts";
import { explained } from "./failure.ts";
import { look } from "./look.ts";
import { mannerOf } from "./manner.ts";
import { begin, carrying, type Operation, resourceOf } from "./operation.ts";
import { belongsToAnother, isKeptByAnother } from "./owner.ts";
import { isDestroy, isInProgram } from "./program.ts";
import { type Properties, type Recorded, recordedIn } from "./state.ts";
import { connectionOfToday } from "./today.ts";

export async function remove(definition: AnyDefinition, id: string, properties: Properties): Promise<void> {
  const manner = mannerOf(properties);
  const { connection, wayOut } = connectionOfToday(manner);
  const operation = begin(definition, id, manner, connection);
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
  const first = await host.lookLocked(owner ?? "a program", log, () => lookBefore(operation, wanted));
  if (first.machine !== machine) return log("another machine answers there now: it is left alone");
  if (belongsToAnother(operation, first.memory, null))
    return log(`left as it is: it belongs to the stack ${first.memory?.owner} now`);
  if (isKeptByAnother(operation, first.memory)) return log(`left as it is: ${first.memory?.resource} keeps it now`);
  const unproved = manner.transaction && first.journal && isDestroy();
  if (unproved) log(`first, an operation that was never proved: ${(await rollBack(host)) ?? "it had changed nothing"}`);
  const found = unproved ? await look(host, definition, wanted) : first;
  // the other half of a replacement is proved like any change; what goes for good goes after the last proof
  const replaced = isInProgram(manner.resourceUrn);
  if (manner.transaction && !replaced && definition.closes?.(wanted)) await giveUp(host, owner);
  const forget = found.memory === null ? [] : dropMemory(definition.kind, id);
  const steps = definition.remove(wanted, found.actual, before);
  await carryOut(host, [...steps, ...forget], carrying(operation, manner.transaction && replaced));
  const after = await host.ask(definition.inspect(wanted) as Questions<unknown>);
  const left = definition.remove(wanted, after, before);
  if (left.length > 0) throw notPutBack(left);
}

/** The first look, and whether changes of a run that was killed still wait for their proof. */
async function lookBefore({ host, definition }: Operation, wanted: Properties) {
  const [found, { journal }] = await Promise.all([look(host, definition, wanted), host.ask({ journal: journalOpen })]);
  return { ...found, journal };
}

function notPutBack(left: readonly Step[]): Failure {
  return new Failure({
    tried: "look again after putting back what was before",
    found: `this is still to be done: ${left.map((step) => (step.do === "wait" ? step.what : step.reason)).join("; ")}`,
    next: "something on the host works against it; put it right there and run `pulumi destroy` again",
  });
}
