// Inputs that every resource has: not what is wanted on the host, but how it is reached and changed.
import { z } from "zod";
import { connectionSchema } from "../host/settings.ts";

export const commonSchema = z.strictObject({
  connection: connectionSchema,
  /**
   * What undoes each change is kept on the host until a PostfixService or AuthProof of the same operation has proved the result;
   * when that fails everything is put back. Only for programs that have such a resource at the end.
   */
  transaction: z.boolean().default(false),
  /** The host's name in the stack's configuration (`hosts[].name`): a refresh or destroy then uses the connection that stands there today. */
  hostName: z.string().min(1).max(253).optional(),
  /** Pulumi's name of the resource: its log lines go there, and the stack in it owns the resource on the host. The classes set it. */
  resourceUrn: z.string().min(1).max(4096).optional(),
  /** A stack ("project/stack") that gives the resource away to this one. Without it a resource that another stack keeps is refused. */
  takeOverFrom: z
    .string()
    .max(512)
    .regex(/^[^/\s]+\/[^/\s]+$/, 'must be "project/stack"')
    .optional(),
});

export type CommonInputs = z.infer<typeof commonSchema>;

/** Out of the properties of a resource. */
export function commonInputsOf(properties: Readonly<Record<string, unknown>>): CommonInputs {
  return commonSchema.parse({
    connection: properties.connection,
    transaction: properties.transaction,
    hostName: properties.hostName,
    resourceUrn: properties.resourceUrn,
    takeOverFrom: properties.takeOverFrom,
  });
}

/** "project/stack" out of a URN (urn:pulumi:<stack>::<project>::…); `null` where the program gives none. */
export function ownerIn({ resourceUrn }: Pick<CommonInputs, "resourceUrn">): string | null {
  const [, stack, project] = /^urn:pulumi:(.+?)::(.+?)::/.exec(resourceUrn ?? "") ?? [];
  return stack === undefined || project === undefined ? null : `${project}/${stack}`;
}
