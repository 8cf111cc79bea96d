// Which inputs differ. The recorded, the observed and the desired state are compared in the same
// way.
import { isDeepStrictEqual } from "node:util";
import type { AnyDefinition } from "../resources/catalogue.ts";
import type { Properties } from "./state.ts";

/**
 * Names of the resource's own inputs whose values differ. The connection is not among them: it says
 * how to reach the host, not what is desired there.
 */
export function differences(definition: AnyDefinition, found: Properties, desired: Properties): string[] {
  return Object.keys(definition.schema.shape).filter((key) => !isDeepStrictEqual(found[key], desired[key]));
}

/** One difference a line, for a message. The value of a secret is not shown. */
export function describeDifferences(definition: AnyDefinition, found: Properties, desired: Properties): string {
  const secret = (key: string) => definition.secrets?.includes(key) ?? false;
  return differences(definition, found, desired)
    .map((key) =>
      secret(key)
        ? `${key} differs`
        : `${key}: wanted ${JSON.stringify(desired[key])}, found ${JSON.stringify(found[key])}`,
    )
    .join("; ");
}
