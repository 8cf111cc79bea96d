// Which inputs differ: the same comparison for what is recorded, what is on the host, and what is wanted.
import { isDeepStrictEqual } from "node:util";
import type { AnyDefinition } from "../resources/catalogue.ts";
import type { Properties } from "./state.ts";

/** Names of the resource's own inputs whose values are not the same. The connection is none of them: it says how, not what. */
export function differences(definition: AnyDefinition, found: Properties, wanted: Properties): string[] {
  return Object.keys(definition.schema.shape).filter((key) => !isDeepStrictEqual(found[key], wanted[key]));
}

/** One difference a line, for a message. A secret's value is not shown. */
export function describeDifferences(definition: AnyDefinition, found: Properties, wanted: Properties): string {
  const secret = (key: string) => definition.secrets?.includes(key) ?? false;
  return differences(definition, found, wanted)
    .map((key) =>
      secret(key)
        ? `${key} differs`
        : `${key}: wanted ${JSON.stringify(wanted[key])}, found ${JSON.stringify(found[key])}`,
    )
    .join("; ");
}
