// create and update: read the host, apply what differs, and verify. Only the second read counts.
import type { Fact } from "../facts/fact.ts";
import type { AnyDefinition } from "../resources/catalogue.ts";
import { resourceRecordText, writeResourceRecord } from "../steps/resource-record.ts";
import { apply } from "../transaction/apply.ts";
import { commit } from "../transaction/rollback.ts";
import { commonInputsOf, stackNameIn } from "./common-inputs.ts";
import { differences } from "./differences.ts";
import { errorFor, halfWay } from "./failure.ts";
import { applying, begin, type Operation, resourceOf } from "./operation.ts";
import { claim, ownerUrnOf, stateOn } from "./owner.ts";
import { type Found, readHost, refuseDifference, verify } from "./read-host.ts";
import { refuseAfterRollBack, rollBackAfter } from "./rollback.ts";
import type { Run } from "./run.ts";
import { refuseSecondName } from "./second-name.ts";
import { inputsOf, outputsOf, type Properties, type ResourceState, stateIn } from "./state.ts";

/**
 * Brings the host to the desired state `news` and returns the outputs to store. `olds` are the
 * stored outputs, for an update.
 */
export async function converge(run: Run, definition: AnyDefinition, news: Properties, olds: Properties | undefined) {
  const desired = inputsOf(definition, news, olds);
  if (olds !== undefined) run.noteStack(stackNameIn(commonInputsOf(olds)));
  const operation = begin(run, definition, definition.id(desired), commonInputsOf(news));
  let kept: ResourceState | undefined;
  return await operation.host.exclusively(async () => {
    try {
      return await act(operation, desired, olds, (state) => {
        kept = state;
      });
    } catch (error) {
      throw await failed(operation, error, kept, news, olds);
    } finally {
      await operation.log.delivered();
    }
  });
}

/** Calls `keep` with what the state must hold from this point on, should the rest fail. */
async function act(
  operation: Operation,
  desired: Properties,
  olds: Properties | undefined,
  keep: (state: ResourceState) => void,
) {
  const { run, definition, host, id, common, stackName, log } = operation;
  refuseAfterRollBack(operation);
  const found = await host.readLocked(stackName ?? "a program", log, () => readHost(host, definition, desired));
  const { actual, machine, record } = found;
  refuseSecondName(operation, found);
  claim(operation, record);
  const state = olds === undefined ? undefined : stateOn(operation, stateIn(definition, olds), found);
  const onHost = definition.observe(desired, actual, state?.report) ?? {};
  const asked = state === undefined ? [] : differences(definition, olds ?? {}, desired);
  const due = asked.length > 0 || differences(definition, onHost, desired).length > 0;
  const past = pastOf(definition, desired, found, state);
  // Nothing is verified before the second read: an empty report makes the next run apply it again.
  const lasting = definition.lasting?.(state?.report ?? {}, desired) ?? {};
  const start: ResourceState = {
    common,
    desired,
    before: past.start,
    machine,
    report: lasting,
    changedAt: state?.changedAt,
  };
  keep(start);
  run.noteChanged(host);
  const ownership = { owner: stackName, resource: ownerUrnOf(operation, record) };
  const first = { ...ownership, before: due ? past.intended : past.start };
  const steps = due ? definition.apply(desired, actual, state?.report, (state ?? record)?.before) : [];
  const remembering = writeResourceRecord(definition.kind, id, first, record?.content);
  const next = Object.values(definition.inspect(desired) as Record<string, Fact<unknown>>);
  const proofs = await apply(host, [...remembering, ...steps], { ...applying(operation), next });
  const after = due ? await verify(host, definition, desired) : actual;
  const before = past.end(after);
  await apply(
    host,
    writeResourceRecord(definition.kind, id, { ...ownership, before }, resourceRecordText(first)),
    applying(operation),
  );
  const changedAt = steps.length > 0 ? new Date().toISOString() : state?.changedAt;
  keep({ ...start, before, changedAt });
  const report = definition.report?.(desired, after, state?.report, due ? proofs : undefined) ?? {};
  const observed = definition.observe(desired, after, report) ?? {};
  refuseDifference(definition, observed, desired);
  // A record that was lost and is written again opens a journal, too.
  const changed = due || remembering.length > 0;
  if (changed && definition.closes?.(desired)) {
    await commit(host);
    run.noteProved(host);
  }
  for (const warning of definition.warnings?.(desired, after, report) ?? []) log.warn(warning);
  return { id, outs: outputsOf(definition, { ...start, before, changedAt, report }, observed) };
}

/**
 * `start` is what the host had before this program's first change, as the state or the host
 * remembers it, else as it is now. `intended` is what is recorded before a change, `end` what after
 * it.
 */
function pastOf(definition: AnyDefinition, desired: Properties, found: Found, state: ResourceState | undefined) {
  const { actual, record } = found;
  const known = state ?? record;
  if (known !== null) {
    return {
      start: known.before,
      intended: definition.intend?.(known.before, actual, desired) ?? known.before,
      end: (after: unknown) => definition.extend?.(known.before, actual, after) ?? known.before,
    };
  }
  const start = definition.prepare?.(actual) ?? definition.remember(actual, actual, desired);
  return {
    start,
    intended: start,
    end: (after: unknown) => definition.remember(actual, after, desired),
  };
}

/** The error to throw, with a report of the rollback and with what the state must keep. */
async function failed(
  operation: Operation,
  error: unknown,
  kept: ResourceState | undefined,
  news: Properties,
  olds: Properties | undefined,
): Promise<Error> {
  const { run, definition, host, id, done } = operation;
  const rolledBack = await rollBackAfter(operation, error);
  const failure = errorFor(error, { host: host.name, resource: resourceOf(operation), done, rolledBack });
  const nothingLeft = run.rolledBack(host)?.complete === true || (olds === undefined && done.length === 0);
  if (kept === undefined || nothingLeft) return failure;
  return halfWay(failure, id, { ...outputsOf(definition, kept, kept.desired), __provider: news.__provider });
}
