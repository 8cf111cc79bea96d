// The heart: look, act on what differs, look again, and believe only the second look.
import type { Questions } from "../facts/fact.ts";
import { memoryOf } from "../facts/memory.ts";
import { carryOut } from "../host/carry-out.ts";
import { type Host, hostOf } from "../host/host.ts";
import { commit, rollBack } from "../host/transaction.ts";
import type { AnyDefinition } from "../resources/catalogue.ts";
import { Failure } from "../steps/failure.ts";
import { keepMemory, memoryText } from "../steps/memory.ts";
import { describeDifferences, differences } from "./differences.ts";
import { explained, halfWay } from "./failure.ts";
import { mannerOf } from "./manner.ts";
import { inputsOf, outputsOf, type Properties, type Recorded, recordedIn } from "./state.ts";

/** Brings the host to `news` and gives the outputs to store. `olds` = the stored outputs, for an update. */
export async function converge(definition: AnyDefinition, news: Properties, olds: Properties | undefined) {
  const wanted = inputsOf(definition, news);
  const manner = mannerOf(news);
  const id = definition.id(wanted);
  const host = hostOf(manner.connection);
  const done: string[] = [];
  const log = (line: string) => {
    done.push(line);
    console.log(`${host.name} ${definition.kind}: ${line}`);
  };
  let kept: Recorded | undefined;
  return await host.exclusively(async () => {
    try {
      refuseAfterRollBack(host);
      const { machine, actual, memory } = await look(host, definition, wanted);
      const earlier = olds === undefined ? undefined : recordedIn(definition, olds);
      // another machine behind the connection: nothing that was recorded is true of it
      const recorded = earlier?.machine === machine ? earlier : undefined;
      const onHost = definition.observe(wanted, actual, recorded?.report) ?? {};
      const asked = recorded === undefined ? [] : differences(definition, olds ?? {}, wanted);
      const due = asked.length > 0 || differences(definition, onHost, wanted).length > 0;
      const known = recorded === undefined ? memory : recorded;
      const remember = (after: unknown) =>
        known === null
          ? definition.remember(actual, after, wanted)
          : (definition.extend?.(known.before, actual, after) ?? known.before);
      // until the second look nothing is known to be so: an empty report makes the next run do it again
      const start = known === null ? (definition.prepare?.(actual) ?? remember(actual)) : known.before;
      kept = { manner, wanted, before: start, machine, report: {} };
      const planned = due ? definition.apply(wanted, actual) : [];
      const first = known === null && planned.length > 0 && Object.keys(kept.before as object).length > 0;
      const keep = first ? keepMemory(definition.kind, id, kept.before, undefined) : [];
      const how = { log, journalled: manner.transaction };
      await carryOut(host, keep, { ...how, log: () => {} });
      const proofs = await carryOut(host, planned, how);
      const after = due ? await lookAgain(host, definition, wanted) : actual;
      const before = remember(after);
      const written = keep.length > 0 ? memoryText(kept.before) : memory?.content;
      if (written !== undefined && !memoryText(before).equals(written)) {
        await carryOut(host, keepMemory(definition.kind, id, before, written), { ...how, log: () => {} });
      }
      kept = { ...kept, before };
      const report = definition.report?.(wanted, after, recorded?.report, due ? proofs : undefined) ?? {};
      const observed = definition.observe(wanted, after, report) ?? {};
      refuseDifference(definition, observed, wanted);
      if (due && definition.closes?.(wanted)) await commit(host);
      return { id, outs: outputsOf(definition, { ...kept, report }, observed) };
    } catch (error) {
      const circumstances = { host: host.name, resource: `${definition.kind} ${id}`, done };
      // nothing was done before the first look: a refused login must not be tried a second time
      const undo = manner.transaction && kept !== undefined && host.putBack === undefined;
      const story = undo ? await putBack(host, circumstances.resource) : undefined;
      const told = explained(error, { ...circumstances, story });
      if (kept === undefined || host.putBack !== undefined || (olds === undefined && done.length === 0)) throw told;
      throw halfWay(told, id, { ...outputsOf(definition, kept, kept.wanted), __provider: news.__provider });
    }
  });
}

/** One turn: which machine it is, what it shows, and what it remembers of the time before us. */
export async function look(host: Host, definition: AnyDefinition, inputs: Properties) {
  const [machine, actual, { memory }] = await Promise.all([
    host.machine(),
    host.ask(definition.inspect(inputs) as Questions<unknown>),
    host.ask({ memory: memoryOf(definition.kind, definition.id(inputs)) }),
  ]);
  return { machine: machine.id, actual, memory };
}

/** The look after the change. The journal is still open then: closing it is what the look decides on, so it counts as closed. */
async function lookAgain(host: Host, definition: AnyDefinition, inputs: Properties): Promise<unknown> {
  const actual = await host.ask(definition.inspect(inputs) as Questions<Record<string, unknown>>);
  return definition.closes?.(inputs) ? { ...actual, journal: false } : actual;
}

/** Undoes the operation on this host. The story of it, or why it could not be done: then the journal is still there for the next run. */
async function putBack(host: Host, resource: string): Promise<string | undefined> {
  try {
    const story = await rollBack(host);
    if (story !== undefined) host.putBack = `${resource} failed, and the host was put back as it was before`;
    return story;
  } catch (error) {
    return `NOT put back (${error instanceof Error ? error.message : String(error)}); the next run of pulumi up goes on from it`;
  }
}

function refuseAfterRollBack(host: Host): void {
  if (host.putBack === undefined) return;
  throw new Failure({
    tried: "go on with this operation",
    found: host.putBack,
    left: "nothing of this resource",
    next: "put right what made that one fail, then run `pulumi up` again: it does the whole of it",
  });
}

function refuseDifference(definition: AnyDefinition, observed: Properties, wanted: Properties): void {
  const found = describeDifferences(definition, observed, wanted);
  if (found === "") return;
  throw new Failure({
    tried: "look again after the change",
    found: `the host does not show what was asked for: ${found}`,
    next: "something on the host works against this; put it right there and run `pulumi up` again",
  });
}
