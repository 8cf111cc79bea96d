// The base of all resources as a Pulumi program uses them: common inputs, defaults, secrets, stub.
import * as pulumi from "@pulumi/pulumi";
import type { ZodObject, z } from "zod";
import { definitionOf, type Kind } from "../resources/catalogue.ts";
import { type ConnectionArgs, withSecrets } from "./connection.ts";
import { withDefaults } from "./defaults.ts";
import { stubOf } from "./stub.ts";

/**
 * The inputs of a schema, each a plain value or an output of another resource, and the connection.
 */
export type ArgsOf<Schema extends ZodObject> = {
  [Name in keyof z.input<Schema>]: InputOf<z.input<Schema>[Name]>;
} & CommonArgs;

/**
 * Inputs that every resource has besides its own: how the host is reached and changed. A change of
 * `connection` alone changes nothing on the host.
 */
export interface CommonArgs {
  /** How the host is reached. Host keys are always verified. */
  connection: pulumi.Input<ConnectionArgs>;
  /**
   * Keep on the host what undoes each change until a PostfixService or AuthProof of the same run
   * has proved the result, and roll everything back when the proof fails. SaslMailHost sets it.
   * Default false.
   */
  transaction?: boolean | undefined;
  /**
   * The host's name in the stack's configuration (`hosts[].name`). A refresh or destroy that runs
   * the program then uses the present connection in the configuration, not the one of the last
   * `up`.
   */
  hostName?: string | undefined;
  /**
   * A stack ("project/stack") that transfers the resource to this one. Without it a resource that
   * another stack owns on the host is refused.
   */
  takeOverFrom?: string | undefined;
}

type InputOf<Value> =
  | pulumi.Input<Value extends object ? { [Name in keyof Value]: InputOf<Value[Name]> } : Value>
  | undefined;

/**
 * A dynamic resource like one of the SDK's own class, except for the text of the provider: see
 * stub.ts.
 */
export abstract class SaslResource extends pulumi.CustomResource {
  /**
   * When this program last changed the resource on the host, in ISO 8601, UTC; "never by this
   * program" where it was already in the desired state.
   */
  declare readonly changedAt: pulumi.Output<string>;

  constructor(
    kind: Kind,
    name: string,
    args: CommonArgs,
    reported: readonly string[],
    options?: pulumi.CustomResourceOptions,
  ) {
    const { schema, secrets = [], secretBefore = false } = definitionOf(kind);
    const type = `pulumi-nodejs:dynamic/sasl:${kind}`;
    // The program sees an output only if its name is among the properties.
    const outputs = Object.fromEntries(
      [...Object.keys(schema.shape), ...reported, "changedAt"].map((output) => [output, undefined]),
    );
    const given = args as unknown as Record<string, unknown>;
    const hidden = secrets.filter((input) => given[input] !== undefined);
    const inputs = withDefaults(schema, {
      ...outputs,
      ...args,
      // Encrypted whether the program marked it or not.
      ...Object.fromEntries(hidden.map((input) => [input, pulumi.secret(given[input])])),
      connection: withSecrets(args.connection),
      transaction: args.transaction ?? false,
      resourceUrn: pulumi.createUrn(name, type, urnOf(options?.parent)),
    });
    const additionalSecretOutputs = [...(options?.additionalSecretOutputs ?? []), ...(secretBefore ? ["before"] : [])];
    super(type, name, { ...inputs, __provider: stubOf(kind) }, { ...options, additionalSecretOutputs });
  }
}

/**
 * A promise carries no dependency: a part that depends on its own component would wait for itself.
 */
function urnOf(parent: pulumi.Resource | undefined): Promise<string> | undefined {
  return parent === undefined ? undefined : new Promise((resolve) => void parent.urn.apply(resolve));
}
