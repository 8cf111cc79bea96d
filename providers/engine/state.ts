// What the state holds of a resource: its inputs as observed on the host, its desired inputs, what
// was there before, and its report.
import { isDeepStrictEqual } from "node:util";
import { z } from "zod";
import type { AnyDefinition } from "../resources/catalogue.ts";
import type { Report } from "../resources/definition.ts";
import { type CommonInputs, commonInputsOf, commonSchema } from "./common-inputs.ts";

export type Properties = Readonly<Record<string, unknown>>;

/** The parts of a resource's outputs. */
export interface ResourceState {
  readonly common: CommonInputs;
  /** The desired inputs of the last run that reached the host; the state's key for them is `wanted`. */
  readonly desired: Properties;
  readonly before: unknown;
  /** /etc/machine-id of the host that this state describes. */
  readonly machine: string | undefined;
  readonly report: Report;
  /**
   * When one of its steps was last applied, in ISO 8601, UTC; `undefined` = never by this program.
   */
  readonly changedAt?: string | undefined;
}

/**
 * The resource's own inputs among the properties, with defaults for inputs that an older version
 * did not know. `olds` are the stored outputs, where there are some. For an input under
 * `ignoreChanges` whose observed value is not a valid input, the last desired value is used.
 */
export function inputsOf(definition: AnyDefinition, properties: Properties, olds: Properties = {}): Properties {
  const last = (olds.wanted ?? {}) as Properties;
  const own = Object.entries(properties)
    .filter(([key]) => key in definition.schema.shape)
    .map(([key, value]) => [key, isObservedText(definition, key, value, olds) ? last[key] : value]);
  return complete(definition, definition.schema.parse(given(Object.fromEntries(own))));
}

/** Adds the defaults that depend on other inputs. */
export function complete(definition: AnyDefinition, inputs: Properties): Properties {
  return definition.complete?.(inputs) ?? inputs;
}

/**
 * Whether this value is what a refresh found on the host and no input can hold (a text such as "no
 * directory"), handed back by the engine because of `ignoreChanges`: it equals the stored one and
 * the schema refuses it.
 */
export function isObservedText(definition: AnyDefinition, key: string, value: unknown, olds: Properties): boolean {
  const field = definition.schema.shape[key];
  return field !== undefined && isDeepStrictEqual(value, olds[key]) && !z.safeParse(field, value).success;
}

/**
 * The outputs to store. A secret is stored only under the name of its input, where Pulumi encrypts
 * it.
 */
export function outputsOf(
  definition: AnyDefinition,
  state: ResourceState,
  observed: Properties,
): Record<string, unknown> {
  const { common, desired, before, machine, report, changedAt } = state;
  const secrets = secretsAmong(definition, desired);
  const open = Object.fromEntries(Object.entries(desired).filter(([key]) => !(key in secrets)));
  return given({
    ...observed,
    ...secrets,
    ...common,
    ...report,
    changedAt: changedAt ?? neverChanged,
    wanted: open,
    before,
    machine,
  });
}

/** The state in stored outputs: the reverse of `outputsOf`. */
export function stateIn(definition: AnyDefinition, outputs: Properties): ResourceState {
  const { wanted, before, machine, changedAt, __provider, ...others } = outputs;
  const rest = Object.fromEntries(Object.entries(others).filter(([key]) => !(key in commonSchema.shape)));
  const secrets = secretsAmong(definition, rest);
  const report = Object.fromEntries(Object.entries(rest).filter(([key]) => !(key in definition.schema.shape)));
  return {
    common: commonInputsOf(outputs),
    desired: inputsOf(definition, { ...(wanted as Properties), ...secrets }),
    before,
    machine: machine as string | undefined,
    report,
    changedAt: changedAt === neverChanged ? undefined : (changedAt as string | undefined),
  };
}

/**
 * The output `changedAt` of a resource that already had its desired state when it was first read.
 */
const neverChanged = "never by this program";

/**
 * Drops inputs that were not given: they must not be returned as `undefined`, since Pulumi has no
 * such value.
 */
export function given(properties: Properties): Record<string, unknown> {
  return Object.fromEntries(Object.entries(properties).filter(([, value]) => value !== undefined));
}

/** The secret inputs that were given. */
function secretsAmong(definition: AnyDefinition, properties: Properties): Properties {
  return given(Object.fromEntries((definition.secrets ?? []).map((key) => [key, properties[key]])));
}
