// The heart: look, act on what differs, look again, and believe only the second look.
import type { Fact } from "../facts/fact.ts";
import { carryOut } from "../host/carry-out.ts";
import { commit } from "../host/transaction.ts";
import type { AnyDefinition } from "../resources/catalogue.ts";
import { keepMemory, memoryText } from "../steps/memory.ts";
import { differences } from "./differences.ts";
import { explained, halfWay } from "./failure.ts";
import { type Found, look, lookAgain, refuseDifference } from "./look.ts";
import { mannerOf, ownerIn } from "./manner.ts";
import { begin, carrying, type Operation, resourceOf } from "./operation.ts";
import { claim, keeperOf } from "./owner.ts";
import { inputsOf, outputsOf, type Properties, type Recorded, recordedIn } from "./state.ts";
import { putBack, refuseAfterRollBack } from "./way-back.ts";

/** Brings the host to `news` and gives the outputs to store. `olds` = the stored outputs, for an update. */
export async function converge(definition: AnyDefinition, news: Properties, olds: Properties | undefined) {
  const wanted = inputsOf(definition, news, olds);
  const operation = begin(definition, definition.id(wanted), mannerOf(news));
  let kept: Recorded | undefined;
  return await operation.host.exclusively(async () => {
    try {
      return await act(operation, wanted, olds, (recorded) => {
        kept = recorded;
      });
    } catch (error) {
      throw await failed(operation, error, kept, news, olds);
    } finally {
      await operation.log.delivered();
    }
  });
}

/** `keep` is told what the state must hold from here on, should the rest fail. */
async function act(
  operation: Operation,
  wanted: Properties,
  olds: Properties | undefined,
  keep: (recorded: Recorded) => void,
) {
  const { definition, host, id, manner, owner, log } = operation;
  refuseAfterRollBack(host);
  const found = await host.lookLocked(owner ?? "a program", log, () => look(host, definition, wanted));
  const { actual, machine, memory } = found;
  const earlier = olds === undefined ? undefined : recordedIn(definition, olds);
  claim(operation, memory, earlier === undefined ? null : ownerIn(earlier.manner));
  // another machine behind the connection: nothing that was recorded is true of it
  const recorded = earlier?.machine === machine ? earlier : undefined;
  const onHost = definition.observe(wanted, actual, recorded?.report) ?? {};
  const asked = recorded === undefined ? [] : differences(definition, olds ?? {}, wanted);
  const due = asked.length > 0 || differences(definition, onHost, wanted).length > 0;
  const past = pastOf(definition, wanted, found, recorded);
  // until the second look nothing is known to be so: an empty report makes the next run do it again
  const start: Recorded = { manner, wanted, before: past.start, machine, report: {} };
  keep(start);
  const keeper = { owner, resource: keeperOf(operation, memory) };
  const first = { ...keeper, before: past.start };
  const steps = due ? definition.apply(wanted, actual, recorded?.report, (recorded ?? memory)?.before) : [];
  const remembering = keepMemory(definition.kind, id, first, memory?.content);
  const next = Object.values(definition.inspect(wanted) as Record<string, Fact<unknown>>);
  const proofs = await carryOut(host, [...remembering, ...steps], { ...carrying(operation), next });
  const after = due ? await lookAgain(host, definition, wanted) : actual;
  const before = past.end(after);
  await carryOut(host, keepMemory(definition.kind, id, { ...keeper, before }, memoryText(first)), carrying(operation));
  keep({ ...start, before });
  const report = definition.report?.(wanted, after, recorded?.report, due ? proofs : undefined) ?? {};
  const observed = definition.observe(wanted, after, report) ?? {};
  refuseDifference(definition, observed, wanted);
  if (due && definition.closes?.(wanted)) await commit(host);
  for (const warning of definition.warnings?.(wanted, after, report) ?? []) log.warn(warning);
  return { id, outs: outputsOf(definition, { ...start, before, report }, observed) };
}

/** What was there before our first change: as the state or the host remembers it, else as it is now; and what a change adds to that. */
function pastOf(definition: AnyDefinition, wanted: Properties, found: Found, recorded: Recorded | undefined) {
  const { actual, memory } = found;
  const known = recorded ?? memory;
  if (known !== null) {
    return {
      start: known.before,
      end: (after: unknown) => definition.extend?.(known.before, actual, after) ?? known.before,
    };
  }
  return {
    start: definition.prepare?.(actual) ?? definition.remember(actual, actual, wanted),
    end: (after: unknown) => definition.remember(actual, after, wanted),
  };
}

/** The error to throw: with the story of the roll-back, and with what the state must keep. */
async function failed(
  operation: Operation,
  error: unknown,
  kept: Recorded | undefined,
  news: Properties,
  olds: Properties | undefined,
): Promise<Error> {
  const { definition, host, id, manner, done } = operation;
  const resource = resourceOf(operation);
  // nothing was done before the first look: a refused login must not be tried a second time
  const undo = manner.transaction && kept !== undefined && host.putBack === undefined;
  const story = undo ? await putBack(host, resource) : undefined;
  const told = explained(error, { host: host.name, resource, done, story });
  if (kept === undefined || host.putBack !== undefined || (olds === undefined && done.length === 0)) return told;
  return halfWay(told, id, { ...outputsOf(definition, kept, kept.wanted), __provider: news.__provider });
}
