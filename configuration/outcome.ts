// How a run ended, one line a host. The lines are the last output of the stack, so that the engine
// prints them at the end of a run. They are stored, so they hold dates and no ages: "61 days" would
// be wrong tomorrow.
import { all, type Output, output, recover } from "@pulumi/pulumi";
import type { SaslMailHost } from "pulumi-postfix-sasl";
import { failedResource, noteFailedResource } from "./failed-resources.ts";

/** What is known of a host whose resources did not fail. */
export interface Seen {
  /** Missing where a refresh or a destroy runs the program before the first proof. */
  readonly provedAt: string | undefined;
  readonly state: string;
  readonly ports: readonly number[];
  readonly certificateExpires: string | undefined;
  /** What was changed after the proof, where that was left out. */
  readonly unproved: readonly string[];
}

/** How the run ended for one host. */
export type Outcome =
  | { readonly ended: "done" }
  | { readonly ended: "failed"; readonly resource: string }
  | { readonly ended: "not tried"; readonly because: readonly string[] };

/** The names of the failed hosts: those of earlier waves, and those of one more. */
export function failedAmong(
  earlier: Output<readonly string[]>,
  wave: Readonly<Record<string, Output<Outcome>>>,
): Output<readonly string[]> {
  return all([earlier, all(wave)]).apply(([failed, outcomes]) => [
    ...failed,
    ...Object.keys(outcomes).filter((name) => outcomes[name]?.ended === "failed"),
  ]);
}

/**
 * The outcome of a host, known in a preview too; `earlier` are the failed ones of all hosts that it
 * waits for. A host that waits for a failed one must not be looked at: its outputs never settle.
 */
export function outcomeOf(host: SaslMailHost, earlier: Output<readonly string[]>): Output<Outcome> {
  return earlier.apply((failed): Output<Outcome> => {
    if (failed.length > 0) return output<Outcome>({ ended: "not tried", because: failed });
    // The proof waits for every other resource of its host.
    const done = host.proof.urn.apply((): Outcome => ({ ended: "done" }));
    return recover<Outcome>(done, (error: unknown) => {
      const resource = failedResource(error);
      if (resource === undefined) throw error;
      noteFailedResource();
      return { ended: "failed", resource };
    });
  });
}

/** An output of a host, and `undefined` where the host was not done. */
export function ifDone<Value>(outcome: Output<Outcome>, seen: Output<Value>): Output<Value | undefined> {
  const found = outcome.apply(({ ended }): Output<unknown> => (ended === "done" ? seen : output(undefined)));
  return found as Output<Value | undefined>;
}

/** The line about a host. */
export function lineOf(host: SaslMailHost, outcome: Output<Outcome>): Output<string> {
  return outcome.apply((end): Output<string> => {
    if (end.ended !== "done") return output(notDoneLine(end));
    const { provedAt, state, ports, certificateExpires, unproved } = host;
    return all([provedAt, state, ports, certificateExpires, unproved]).apply((seen) => {
      const [provedAt, state, ports, certificateExpires, unproved] = seen;
      return doneLine({ provedAt, state, ports, certificateExpires, unproved });
    });
  });
}

/**
 * @example doneLine({ provedAt: "2026-11-30T12:04:09.000Z", state: "running", ports: [25, 465], … })
 * // "proved 2026-11-30 12:04 UTC, running, ports 25 465, certificate until 2027-01-30"
 */
export function doneLine({ provedAt, state, ports, certificateExpires, unproved }: Seen): string {
  if (provedAt === undefined) return "not proved yet";
  if (unproved.length > 0) return `NOT PROVED since these were changed: ${unproved.join(", ")}`;
  return [
    `proved ${provedAt.slice(0, 16).replace("T", " ")} UTC`,
    state,
    `ports ${ports.join(" ")}`,
    ...(certificateExpires === undefined ? [] : [`certificate until ${certificateExpires.slice(0, 10)}`]),
  ].join(", ");
}

/** The cause is the engine's message about the resource, which it prints before the outputs. */
export function notDoneLine(end: Exclude<Outcome, { ended: "done" }>): string {
  return end.ended === "failed"
    ? `FAILED at ${end.resource}: its error above has the cause and what to do next`
    : `not tried, because ${end.because.join(", ")} failed`;
}
