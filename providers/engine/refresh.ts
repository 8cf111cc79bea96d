// read: what the host shows now. Only an absent resource counts as deleted; one that cannot be read
// or reached is an error.
import type { AnyDefinition } from "../resources/catalogue.ts";
import { commonInputsOf } from "./common-inputs.ts";
import { currentConnection } from "./current-connection.ts";
import { errorFor } from "./failure.ts";
import { begin, type Operation, resourceOf } from "./operation.ts";
import { stateOn } from "./owner.ts";
import { prefetch } from "./prefetch.ts";
import { type Found, readHost } from "./read-host.ts";
import type { Run } from "./run.ts";
import { noteName } from "./second-name.ts";
import { given, outputsOf, type Properties, type ResourceState, stateIn } from "./state.ts";

/**
 * The result in the form that Pulumi expects: without an id the resource is deleted. The inputs are
 * returned as found on the host, so that the next preview shows each property with its old and new
 * value.
 */
export interface ReadResult {
  readonly id?: string;
  readonly props?: Record<string, unknown>;
  readonly inputs?: Record<string, unknown>;
}

export async function refresh(
  run: Run,
  definition: AnyDefinition,
  id: string,
  properties: Properties,
): Promise<ReadResult> {
  const common = commonInputsOf(properties);
  const { connection, recovery } = currentConnection(run.configuration(), common);
  const operation = begin(run, definition, id, common, connection);
  const { host, log } = operation;
  try {
    const stored = stateIn(definition, properties);
    const [found] = await Promise.all([readHost(host, definition, stored.desired), prefetch(operation)]);
    noteName(operation, found);
    const state = stateOn(operation, stored, found);
    warnOfNewMachine(operation, stored, found, state !== undefined);
    if (state === undefined) return {};
    const { actual } = found;
    const observed = definition.observe(state.desired, actual, state.report);
    if (observed === undefined) return {};
    for (const warning of definition.warnings?.(state.desired, actual, state.report) ?? []) log.warn(warning);
    const report = definition.report?.(state.desired, actual, state.report, undefined) ?? {};
    return {
      id,
      props: outputsOf(definition, { ...state, report }, observed),
      inputs: given({ ...observed, ...definition.show?.(observed), ...state.common }),
    };
  } catch (error) {
    throw errorFor(error, { host: host.name, resource: resourceOf(operation), done: [], recovery });
  } finally {
    await log.delivered();
  }
}

/** A machine that remembers nothing of this stack is set up from the beginning by the next `up`. */
function warnOfNewMachine({ log }: Operation, stored: ResourceState, { machine }: Found, isSameHost: boolean): void {
  if (stored.machine === machine) return;
  const change = `its /etc/machine-id is ${machine} and was ${stored.machine ?? "not recorded"} at the last run`;
  log.warn(
    isSameHost
      ? `${change}; the host remembers this stack, so it is taken for the same host`
      : `another machine answers: ${change}, and it remembers nothing of this stack`,
  );
}
