// The changes that an `up` would make to a host, from the resources' own read and plan. Nothing is
// applied.

import { Failure, type FailureParts } from "../providers/core/failure.ts";
import { check } from "../providers/engine/check.ts";
import { readHost } from "../providers/engine/read-host.ts";
import { inputsOf, type Properties } from "../providers/engine/state.ts";
import type { Host } from "../providers/host/host.ts";
import { type Entry, plainValues, resolved } from "../providers/recipe/entry.ts";
import { type AnyDefinition, definitionOf, type Kind } from "../providers/resources/catalogue.ts";
import { withLines } from "../providers/steps/changed-lines.ts";
import type { Step } from "../providers/steps/step.ts";

/** What an `up` would stop at. */
export type Obstacle = Pick<FailureParts, "code" | "found" | "next">;

/** The result for one resource. */
export interface Finding {
  readonly kind: Kind;
  /** The name of its entry in the recipe. */
  readonly name: string;
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
 * what is missing now does not block an `up`. The proof is left out: only an `up` makes it.
 */
export async function diagnose(host: Host, connection: object, recipe: readonly Entry[]): Promise<Finding[]> {
  const findings: Finding[] = [];
  const outputs = new Map<string, Properties>();
  const resolver = plainValues(({ entry, output }) => outputs.get(entry)?.[output]);
  for (const entry of recipe.filter(({ kind }) => kind !== "AuthProof")) {
    const inputs = { ...resolved(entry.inputs, resolver), connection };
    const found = await diagnoseOne(host, entry, inputs, findings);
    findings.push(found.finding);
    outputs.set(entry.name, found.outputs);
  }
  return findings;
}

async function diagnoseOne(host: Host, { kind, name }: Entry, inputs: Properties, before: readonly Finding[]) {
  const definition = definitionOf(kind);
  const checked = check(definition, {}, inputs);
  if (checked.failures.length > 0) {
    const found = checked.failures.map(({ property, reason }) => `${property}: ${reason}`).join("; ");
    const inTheWay: Obstacle = { code: "inputs-invalid", found, next: "correct what was asked for" };
    return { finding: { kind, name, owner: null, right: false, changes: [], inTheWay }, outputs: inputs };
  }
  const wanted = inputsOf(definition, checked.inputs);
  const { actual, memory } = await readHost(host, definition, wanted);
  const plan = planOf(definition, wanted, actual, before);
  return {
    finding: {
      kind,
      name,
      owner: memory?.owner ?? null,
      right: plan.changes.length === 0 && plan.inTheWay === undefined,
      ...plan,
    },
    outputs: { ...wanted, ...definition.report?.(wanted, actual, undefined, undefined) },
  };
}

/** As `up` decides: a resource is observed before its steps are made, and either may refuse. */
function planOf(definition: AnyDefinition, wanted: Properties, actual: unknown, before: readonly Finding[]) {
  try {
    definition.observe(wanted, actual, undefined);
    return { changes: definition.apply(wanted, actual).flatMap(told) };
  } catch (error) {
    if (!(error instanceof Failure)) throw error;
    if (before.some(({ kind, right }) => kind === "SaslPackage" && !right))
      return { changes: ["set up what the packages bring"] };
    return { changes: [], inTheWay: error.parts };
  }
}

/** The lines that `up` would log. */
function told(step: Step): string[] {
  if (step.do === "wait" || ("quiet" in step && step.quiet)) return [];
  if (step.do === "temporarily") return [step.reason, ...step.steps.flatMap(told)];
  return step.do === "prove" ? [step.reason] : [withLines(step)];
}
