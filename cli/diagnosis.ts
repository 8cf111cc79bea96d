// The changes that an `up` would make to a host, from the resources' own read and plan. Nothing is
// applied.

import { Failure, type FailureParts } from "../providers/core/failure.ts";
import { check } from "../providers/engine/check.ts";
import { readHost } from "../providers/engine/read-host.ts";
import { inputsOf } from "../providers/engine/state.ts";
import type { Host } from "../providers/host/host.ts";
import { definitionOf, type Kind } from "../providers/resources/catalogue.ts";
import { withLines } from "../providers/steps/changed-lines.ts";
import type { Step } from "../providers/steps/step.ts";

/** One resource of the plan. */
export interface Part {
  readonly kind: Kind;
  readonly inputs: Readonly<Record<string, unknown>>;
}

/** What an `up` would stop at. */
export type Obstacle = Pick<FailureParts, "code" | "found" | "next">;

/** The result for one resource. */
export interface Finding {
  readonly kind: Kind;
  /** The resource is in the desired state. */
  readonly right: boolean;
  /** The changes that `up` would make; for a file also the lines that it loses and gets. */
  readonly changes: readonly string[];
  /** Why `up` would stop here, and how to fix it. */
  readonly inTheWay?: Obstacle;
  /** The stack that owns it. */
  readonly owner: string | null;
}

/**
 * Reads only. A part that needs what an earlier part would install reports only its first plan:
 * what is missing now does not block an `up`.
 */
export async function diagnose(host: Host, connection: object, parts: readonly Part[]): Promise<Finding[]> {
  const findings: Finding[] = [];
  for (const part of parts) findings.push(await diagnoseOne(host, connection, part, findings));
  return findings;
}

async function diagnoseOne(host: Host, connection: object, part: Part, before: readonly Finding[]): Promise<Finding> {
  const definition = definitionOf(part.kind);
  const checked = check(definition, {}, { ...part.inputs, connection });
  if (checked.failures.length > 0) {
    const found = checked.failures.map(({ property, reason }) => `${property}: ${reason}`).join("; ");
    return {
      kind: part.kind,
      owner: null,
      right: false,
      changes: [],
      inTheWay: { code: "inputs-invalid", found, next: "correct what was asked for" },
    };
  }
  const wanted = inputsOf(definition, checked.inputs);
  const { actual, memory } = await readHost(host, definition, wanted);
  const found = { kind: part.kind, owner: memory?.owner ?? null };
  try {
    const changes = definition.apply(wanted, actual).flatMap(told);
    return { ...found, right: changes.length === 0, changes };
  } catch (error) {
    if (!(error instanceof Failure)) throw error;
    if (before.some(({ kind, right }) => kind === "SaslPackage" && !right)) {
      return { ...found, right: false, changes: ["set up what the packages bring"] };
    }
    return { ...found, right: false, changes: [], inTheWay: error.parts };
  }
}

/** The lines that `up` would log. */
function told(step: Step): string[] {
  if (step.do === "wait" || ("quiet" in step && step.quiet)) return [];
  if (step.do === "temporarily") return [step.reason, ...step.steps.flatMap(told)];
  return step.do === "prove" ? [step.reason] : [withLines(step)];
}
