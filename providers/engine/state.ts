// What the state holds of a resource: its inputs as the host shows them, what was wanted, what was there before, what was reported.

import type { AnyDefinition } from "../resources/catalogue.ts";
import type { Report } from "../resources/definition.ts";
import { type MannerInputs, mannerOf, mannerSchema } from "./manner.ts";

export type Properties = Readonly<Record<string, unknown>>;

/** The parts of a resource's outputs. */
export interface Recorded {
  readonly manner: MannerInputs;
  /** The inputs of the last run that reached the host. */
  readonly wanted: Properties;
  readonly before: unknown;
  /** /etc/machine-id of the host that all this is about. */
  readonly machine: string | undefined;
  readonly report: Report;
}

/** The resource's own inputs among properties, with defaults for what an older version did not know. */
export function inputsOf(definition: AnyDefinition, properties: Properties): Properties {
  const own = Object.fromEntries(Object.entries(properties).filter(([key]) => key in definition.schema.shape));
  return definition.schema.parse(own);
}

/** The outputs to store. Secrets stand once, under the name of their input: there Pulumi encrypts them. */
export function outputsOf(
  definition: AnyDefinition,
  recorded: Recorded,
  observed: Properties,
): Record<string, unknown> {
  const { manner, wanted, before, machine, report } = recorded;
  const secrets = secretsAmong(definition, wanted);
  const open = Object.fromEntries(Object.entries(wanted).filter(([key]) => !(key in secrets)));
  return given({ ...observed, ...secrets, ...manner, ...report, wanted: open, before, machine });
}

/** The parts again, from stored outputs. */
export function recordedIn(definition: AnyDefinition, outputs: Properties): Recorded {
  const { wanted, before, machine, __provider, ...others } = outputs;
  const rest = Object.fromEntries(Object.entries(others).filter(([key]) => !(key in mannerSchema.shape)));
  const secrets = secretsAmong(definition, rest);
  const report = Object.fromEntries(Object.entries(rest).filter(([key]) => !(key in definition.schema.shape)));
  return {
    manner: mannerOf(outputs),
    wanted: inputsOf(definition, { ...(wanted as Properties), ...secrets }),
    before,
    machine: machine as string | undefined,
    report,
  };
}

/** Without what was not given: an optional input must not come back as `undefined`, since Pulumi has no such value. */
export function given(properties: Properties): Record<string, unknown> {
  return Object.fromEntries(Object.entries(properties).filter(([, value]) => value !== undefined));
}

/** The secret inputs that were given. */
function secretsAmong(definition: AnyDefinition, properties: Properties): Properties {
  return given(Object.fromEntries((definition.secrets ?? []).map((key) => [key, properties[key]])));
}
