// What the state holds of a resource: its inputs as the host shows them, what was wanted, what was there before, what was reported.

import type { AnyDefinition } from "../resources/catalogue.ts";
import type { Report } from "../resources/definition.ts";
import { type MannerInputs, mannerOf } from "./manner.ts";

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
  const outputs = { ...observed, ...secrets, ...manner, ...report, wanted: open, before, machine };
  // an optional input that was not given must not become an output: Pulumi has no value for it
  return Object.fromEntries(Object.entries(outputs).filter(([, value]) => value !== undefined));
}

/** The parts again, from stored outputs. */
export function recordedIn(definition: AnyDefinition, outputs: Properties): Recorded {
  const { connection, transaction, hostName, wanted, before, machine, __provider, ...rest } = outputs;
  const secrets = secretsAmong(definition, rest);
  const report = Object.fromEntries(Object.entries(rest).filter(([key]) => !(key in definition.schema.shape)));
  return {
    manner: mannerOf({ connection, transaction, hostName }),
    wanted: inputsOf(definition, { ...(wanted as Properties), ...secrets }),
    before,
    machine: machine as string | undefined,
    report,
  };
}

/** The secret inputs that were given. One that was not must not come back as `undefined`: Pulumi has no such value. */
function secretsAmong(definition: AnyDefinition, properties: Properties): Properties {
  const given = (definition.secrets ?? []).filter((key) => properties[key] !== undefined);
  return Object.fromEntries(given.map((key) => [key, properties[key]]));
}
