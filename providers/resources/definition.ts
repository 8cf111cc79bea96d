// The one shape of a resource. A resource is pure: it says what to ask, reads the answers, and yields steps; it never connects.
import type { ZodObject, z } from "zod";
import type { Questions } from "../facts/fact.ts";
import type { Proof, Step } from "../steps/step.ts";

/** What a resource reports besides its inputs: plain values that end up as outputs in the state. */
export type Report = Readonly<Record<string, unknown>>;

/**
 * A resource of this package. `Inputs` is what the user wants after defaults; `Actual` is what the host shows; `Before` is
 * what must be remembered from the time before our first change, so that a later destroy can put it back.
 */
export interface Definition<Schema extends ZodObject, Actual, Before> {
  /** The Pulumi type is `pulumi-nodejs:dynamic/sasl:<kind>`. */
  readonly kind: string;
  readonly schema: Schema;
  /** What no single input can tell: combinations that must not be. Asked at check, when everything is known. */
  rules?(
    inputs: z.infer<Schema>,
  ): readonly { readonly property: keyof z.infer<Schema> & string; readonly reason: string }[];
  /**
   * Why what the last look found (`found`: the inputs in the state) must not become `inputs`, of which some may not be known
   * yet. Asked at check, as long as nothing was done in this operation: later it is for `apply` to refuse, which puts the host back.
   */
  forbids?(found: Readonly<Record<string, unknown>>, inputs: Readonly<Record<string, unknown>>): string | undefined;
  /** Fills in an input that was not given and whose default depends on others. */
  complete?(inputs: z.infer<Schema>): z.infer<Schema>;
  /**
   * What stands in a file, as text: made from the inputs, or from what was observed in their place. Pulumi shows it line by line beside
   * them. It is never compared: where it differs, they do.
   */
  show?(values: Readonly<Record<string, unknown>>): Readonly<Record<string, string>>;
  /** All others of a host stand on it, so it goes last: with it the host forgets what is left of this stack. */
  readonly foundation?: true;
  /** This resource proves the operation: when it holds, the way back is thrown away. */
  closes?(inputs: z.infer<Schema>): boolean;
  /** Inputs that are kept in one place of the state only, where Pulumi encrypts them. */
  readonly secrets?: readonly (keyof z.infer<Schema> & string)[];
  /** What is remembered for the undo holds secrets, too: all of it is encrypted in the state. */
  readonly secretBefore?: boolean;
  /** Inputs whose change means another thing on the host, so that the old one is removed: the natural key. */
  readonly replacedBy: readonly (keyof z.infer<Schema> & string)[];
  /** The natural key as text: the resource's ID. */
  id(inputs: z.infer<Schema>): string;
  /** The questions to the host. All of them travel in one turn, and none changes anything. */
  inspect(inputs: z.infer<Schema>): Questions<Actual>;
  /**
   * The inputs as the host shows them: equal to `inputs` where all is right, else with what was found in its place (a text,
   * where no input value could say it). `undefined` = the thing is not there at all. Throws a `Failure` when the host is in
   * a state that must not be touched. `recorded` is the report of the last run, where there was one.
   */
  observe(
    inputs: z.infer<Schema>,
    actual: Actual,
    recorded: Report | undefined,
  ): Readonly<Record<string, unknown>> | undefined;
  /**
   * The steps from what is to what is wanted. Asked for only when the host or the inputs differ from what was; may be none. `recorded` as
   * for `observe`; `before` is what is remembered already, in the state or on the host.
   */
  apply(inputs: z.infer<Schema>, actual: Actual, recorded?: Report, before?: Before): readonly Step[];
  /** What to remember for the undo, from the first look and the look after the change. */
  remember(actual: Actual, after: Actual, inputs: z.infer<Schema>): Before;
  /** What to remember before the first change, where only the look after it can tell what came: made whole by `extend`. */
  prepare?(actual: Actual): Before;
  /** What to remember after a later change, where that can add to it. */
  extend?(earlier: Before, actual: Actual, after: Actual): Before;
  /** What else to report. `proofs` is `undefined` after a mere look, else what the steps that were carried out have proved. */
  report?(
    inputs: z.infer<Schema>,
    actual: Actual,
    recorded: Report | undefined,
    proofs: readonly Proof[] | undefined,
  ): Report;
  /** What of the last report still holds for a run that ends half-way; without it nothing does, so that the next run does it all again. */
  lasting?(recorded: Report, inputs: z.infer<Schema>): Report;
  /** What a person should hear at every look, although nothing has to be done. */
  warnings?(inputs: z.infer<Schema>, actual: Actual, recorded: Report | undefined): readonly string[];
  /** The steps that put back what was before, of our own settings only; none when all is as before, which is how the result is checked. */
  remove(inputs: z.infer<Schema>, actual: Actual, before: Before): readonly Step[];
}

/** Gives `definition` the exact types of its parts. */
export function define<Schema extends ZodObject, Actual, Before>(
  definition: Definition<Schema, Actual, Before>,
): Definition<Schema, Actual, Before> {
  return definition;
}
