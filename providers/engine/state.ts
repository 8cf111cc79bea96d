// What the state holds of a resource: its inputs as the host shows them, what was wanted, what was there before, what was reported.
import { isDeepStrictEqual } from "node:util";
import { z } from "zod";
import type { AnyDefinition } from "../resources/catalogue.ts";
import type { Report } from "../resources/definition.ts";
import { type CommonInputs, commonInputsOf, commonSchema } from "./common-inputs.ts";

export type Properties = Readonly<Record<string, unknown>>;

/** The parts of a resource's outputs. */
export interface Recorded {
  readonly common: CommonInputs;
  /** The inputs of the last run that reached the host. */
  readonly wanted: Properties;
  readonly before: unknown;
  /** /etc/machine-id of the host that all this is about. */
  readonly machine: string | undefined;
  readonly report: Report;
  /** When a step of it was last applied, in ISO 8601, UTC; `undefined` = never by this program. */
  readonly changedAt?: string | undefined;
}

/**
 * The resource's own inputs among properties, with defaults for what an older version did not know. `olds` are the stored outputs, where
 * there are some: an input under `ignoreChanges` that was found as no input can be is then what was last wanted.
 */
export function inputsOf(definition: AnyDefinition, properties: Properties, olds: Properties = {}): Properties {
  const last = (olds.wanted ?? {}) as Properties;
  const own = Object.entries(properties)
    .filter(([key]) => key in definition.schema.shape)
    .map(([key, value]) => [key, isForeign(definition, key, value, olds) ? last[key] : value]);
  return complete(definition, definition.schema.parse(given(Object.fromEntries(own))));
}

/** With the defaults that depend on other inputs. */
export function complete(definition: AnyDefinition, inputs: Properties): Properties {
  return definition.complete?.(inputs) ?? inputs;
}

/** Whether a value stands in the state just so and is none that this input can have: what was found on the host, not what somebody wants. */
export function isForeign(definition: AnyDefinition, key: string, value: unknown, olds: Properties): boolean {
  const field = definition.schema.shape[key];
  return field !== undefined && isDeepStrictEqual(value, olds[key]) && !z.safeParse(field, value).success;
}

/** The outputs to store. Secrets stand once, under the name of their input: there Pulumi encrypts them. */
export function outputsOf(
  definition: AnyDefinition,
  recorded: Recorded,
  observed: Properties,
): Record<string, unknown> {
  const { common, wanted, before, machine, report, changedAt } = recorded;
  const secrets = secretsAmong(definition, wanted);
  const open = Object.fromEntries(Object.entries(wanted).filter(([key]) => !(key in secrets)));
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

/** The parts again, from stored outputs. */
export function recordedIn(definition: AnyDefinition, outputs: Properties): Recorded {
  const { wanted, before, machine, changedAt, __provider, ...others } = outputs;
  const rest = Object.fromEntries(Object.entries(others).filter(([key]) => !(key in commonSchema.shape)));
  const secrets = secretsAmong(definition, rest);
  const report = Object.fromEntries(Object.entries(rest).filter(([key]) => !(key in definition.schema.shape)));
  return {
    common: commonInputsOf(outputs),
    wanted: inputsOf(definition, { ...(wanted as Properties), ...secrets }),
    before,
    machine: machine as string | undefined,
    report,
    changedAt: changedAt === neverChanged ? undefined : (changedAt as string | undefined),
  };
}

/** The output `changedAt` of a resource that was found as it should be. */
const neverChanged = "never by this program";

/** Without what was not given: an optional input must not come back as `undefined`, since Pulumi has no such value. */
export function given(properties: Properties): Record<string, unknown> {
  return Object.fromEntries(Object.entries(properties).filter(([, value]) => value !== undefined));
}

/** The secret inputs that were given. */
function secretsAmong(definition: AnyDefinition, properties: Properties): Properties {
  return given(Object.fromEntries((definition.secrets ?? []).map((key) => [key, properties[key]])));
}
