// The one shape of a resource. A resource is pure: it names what to ask the host, reads the
// answers, and returns steps. It never connects.
import type { ZodObject, z } from "zod";
import type { Questions } from "../facts/fact.ts";
import type { Proof } from "../steps/smtp-dialogue.ts";
import type { Step } from "../steps/step.ts";

/** What a resource reports besides its inputs: plain values that become outputs in the state. */
export type Report = Readonly<Record<string, unknown>>;

/**
 * A resource of this package. `Inputs` is the desired state after defaults; `Actual` is what was
 * read from the host; `Before` is what must be remembered from the time before the first change, so
 * that a later destroy can restore it.
 */
export interface Definition<Schema extends ZodObject, Actual, Before> {
  /** The Pulumi type is `pulumi-nodejs:dynamic/sasl:<kind>`. */
  readonly kind: string;
  readonly schema: Schema;
  /**
   * Rules that no single input can check: combinations that are not allowed. Called at check, when
   * every input is known.
   */
  rules?(
    inputs: z.infer<Schema>,
  ): readonly { readonly property: keyof z.infer<Schema> & string; readonly reason: string }[];
  /**
   * Why the state that was read last (`found`: the inputs in the state) must not become `inputs`,
   * some of which may not be known yet. Called at check, as long as no create, update or delete of
   * this run has begun. Later a failed check would end the run without a roll-back, so `apply` has
   * to throw for the same reason: the engine rolls back when a create or update fails
   * (engine/converge.ts).
   */
  forbids?(found: Readonly<Record<string, unknown>>, inputs: Readonly<Record<string, unknown>>): string | undefined;
  /**
   * Warnings about what the inputs ask for, some of which may not be known yet. Called at check: by
   * a preview and an up, and not by a destroy or a refresh, which do not ask for it.
   */
  inputWarnings?(inputs: Readonly<Record<string, unknown>>): readonly string[];
  /** Fills in an input that was not given and whose default depends on other inputs. */
  complete?(inputs: z.infer<Schema>): z.infer<Schema>;
  /**
   * The text of a file, made from the inputs or from what was observed. Pulumi shows its lines
   * beside the inputs. It is never compared: where it differs, the inputs differ.
   */
  show?(values: Readonly<Record<string, unknown>>): Readonly<Record<string, string>>;
  /**
   * Every other resource of the host depends on this one, so it is deleted last. Deleting it also
   * removes what the host still stores about this stack.
   */
  readonly foundation?: true;
  /**
   * This resource proves the operation: when it succeeds, the journal is closed and nothing can be
   * rolled back any more.
   */
  closes?(inputs: z.infer<Schema>): boolean;
  /** Inputs that are kept in only one place of the state, where Pulumi encrypts them. */
  readonly secrets?: readonly (keyof z.infer<Schema> & string)[];
  /** What destroy restores holds secrets too, so all of it is encrypted in the state. */
  readonly secretBefore?: boolean;
  /**
   * The natural key: inputs whose change means another object on the host, so that the old one is
   * removed.
   */
  readonly replacedBy: readonly (keyof z.infer<Schema> & string)[];
  /** The natural key as text: the resource's ID. */
  id(inputs: z.infer<Schema>): string;
  /** The questions to the host. All of them travel in one round trip, and none changes anything. */
  inspect(inputs: z.infer<Schema>): Questions<Actual>;
  /**
   * The inputs as observed on the host. They equal `inputs` where the host is right. Elsewhere they
   * hold what was found, as a text where no input value could express it. `undefined` = the object
   * does not exist. Throws a `Failure` when the host is in a state that must not be touched.
   * `lastReport` is the report in the state at the first read, `undefined` at a first create; at the
   * read that verifies a change it is the report that `report` has just made.
   */
  observe(
    inputs: z.infer<Schema>,
    actual: Actual,
    lastReport: Report | undefined,
  ): Readonly<Record<string, unknown>> | undefined;
  /**
   * The steps from the observed to the desired state, possibly none. Called only when the host or
   * the inputs changed. `lastReport` is the report in the state; `before` is what the state or the
   * host remembers already.
   */
  apply(inputs: z.infer<Schema>, actual: Actual, lastReport?: Report, before?: Before): readonly Step[];
  /**
   * What destroy restores. Called only where neither the state nor the host has a record: before
   * the change with the first read as both arguments (unless there is `prepare`), and again after
   * it with both reads; the second result replaces the first.
   */
  remember(actual: Actual, after: Actual, inputs: z.infer<Schema>): Before;
  /**
   * Replaces the first of these two calls where only the read after the change can show what was
   * added. `remember` completes it in the same run; in the run after a killed one `extend` does.
   */
  prepare?(actual: Actual): Before;
  /**
   * What a change that comes next may add to the record. It is written to the host before the
   * change: a run that is killed after it leaves the host as desired, so that no later run changes
   * anything.
   */
  intend?(earlier: Before, actual: Actual, inputs: z.infer<Schema>): Before;
  /**
   * Joins what the host and the state have of the time before, where a change adds to it: a
   * roll-back that failed in a part may have put one of them back. Without it the host's counts.
   */
  join?(onHost: Before, inState: Before): Before;
  /**
   * What destroy restores after a later run, where its change can add to the record. The two reads
   * are one where nothing was changed.
   */
  extend?(earlier: Before, actual: Actual, after: Actual): Before;
  /**
   * Further outputs. `proofs` is `undefined` after a read alone, else what the applied steps have
   * proved.
   */
  report?(
    inputs: z.infer<Schema>,
    actual: Actual,
    lastReport: Report | undefined,
    proofs: readonly Proof[] | undefined,
  ): Report;
  /**
   * The part of the last report that still holds for a run that ends half-way. Without this
   * function nothing holds, so the next run repeats everything.
   */
  lasting?(lastReport: Report, inputs: z.infer<Schema>): Report;
  /** Warnings to report at every read, even when nothing has to be done. */
  warnings?(inputs: z.infer<Schema>, actual: Actual, lastReport: Report | undefined): readonly string[];
  /**
   * Throws a `Failure` where others have come to rely on what goes with this resource. It is asked
   * before a removal that is no part of a replacement, while everything is still in place.
   */
  refusesToGo?(inputs: z.infer<Schema>, actual: Actual, before: Before): void;
  /** What `remove` leaves, one line each, because somebody else has changed it since. */
  leaves?(inputs: z.infer<Schema>, actual: Actual, before: Before): readonly string[];
  /**
   * The steps that restore the earlier state, of this program's own settings only. No steps means
   * that everything is as before, which is how the result is verified.
   */
  remove(inputs: z.infer<Schema>, actual: Actual, before: Before): readonly Step[];
}

export function define<Schema extends ZodObject, Actual, Before>(
  definition: Definition<Schema, Actual, Before>,
): Definition<Schema, Actual, Before> {
  return definition;
}
