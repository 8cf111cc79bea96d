// Inputs that every resource has. They say how the host is reached and changed, not its desired
// state.
import { z } from "zod";
import { connectionSchema } from "../host/connection-schema.ts";

export const commonSchema = z.strictObject({
  connection: connectionSchema,
  /**
   * What undoes each change is kept on the host until a PostfixService or AuthProof of the same
   * run has proved the result. When that proof fails, the host is rolled back. Only for
   * programs that have such a resource at the end.
   */
  transaction: z.boolean().default(false),
  /**
   * The host's name in the stack's configuration (`hosts[].name`). A refresh or destroy that runs
   * the program (`--run-program`) then uses the connection that is configured there today; one that
   * does not uses that of the last `up`.
   */
  hostName: z.string().min(1).max(253).optional(),
  /**
   * Pulumi's URN of the resource. Its log lines appear on that resource, and the stack in the URN
   * owns it on the host. The resource classes set it.
   */
  resourceUrn: z.string().min(1).max(4096).optional(),
  /**
   * The stack ("project/stack") that gives the resource up to this one. Without it, a resource that
   * another stack owns is refused.
   */
  takeOverFrom: z
    .string()
    .max(512)
    .regex(/^[^/\s]+\/[^/\s]+$/, 'must be "project/stack"')
    .optional(),
});

export type CommonInputs = z.infer<typeof commonSchema>;

/** Extracts the common inputs from the properties of a resource. */
export function commonInputsOf(properties: Readonly<Record<string, unknown>>): CommonInputs {
  return commonSchema.parse({
    connection: properties.connection,
    transaction: properties.transaction,
    hostName: properties.hostName,
    resourceUrn: properties.resourceUrn,
    takeOverFrom: properties.takeOverFrom,
  });
}

/**
 * The name "project/stack" of the stack in a URN (urn:pulumi:<stack>::<project>::…); `null` where the program
 * gives no URN.
 */
export function stackNameIn({ resourceUrn }: Pick<CommonInputs, "resourceUrn">): string | null {
  const [, stack, project] = /^urn:pulumi:(.+?)::(.+?)::/.exec(resourceUrn ?? "") ?? [];
  return stack === undefined || project === undefined ? null : `${project}/${stack}`;
}
