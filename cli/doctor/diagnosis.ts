// The changes that an `up` would make to a host, from the resources' own read and plan. Nothing is
// applied.

import { Failure, type FailureParts } from "../../providers/core/failure.ts";
import type { FailureCode } from "../../providers/core/failure-codes.ts";
import { check } from "../../providers/engine/check.ts";
import { differences } from "../../providers/engine/differences.ts";
import { type Found, readHost } from "../../providers/engine/read-host.ts";
import { inputsOf, type Properties, type ResourceState, stateIn } from "../../providers/engine/state.ts";
import type { Host } from "../../providers/host/host.ts";
import { plainValues, type RecipeEntry, resolved } from "../../providers/recipe/entry.ts";
import { type AnyDefinition, definitionOf, type Kind } from "../../providers/resources/catalogue.ts";
import type { Report } from "../../providers/resources/definition.ts";
import { certificateFolder } from "../../providers/steps/certificate.ts";
import { withLines } from "../../providers/steps/changed-lines.ts";
import type { Step } from "../../providers/steps/step.ts";

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
  /** What every `up` would warn of, whether it has something to do or not. */
  readonly warnings: readonly string[];
  /** Why `up` would stop here, and how to fix it. */
  readonly inTheWay?: Obstacle;
  /** The stack that owns it. */
  readonly owner: string | null;
}

/** The stack for which a host is looked at. */
export interface LookingStack {
  /** "project/stack", as the host names its owner. */
  readonly owner: string;
  readonly takeOverFrom: string | undefined;
  /** What the state has of the entry of the recipe with this name. */
  outputsOf(entry: string): Properties | undefined;
}

/**
 * Reads only. A part that needs what an earlier part would install reports only its first plan:
 * what is missing now does not block an `up`. The proof is left out: only an `up` makes it.
 */
export async function diagnose(
  host: Host,
  connection: object,
  recipe: readonly RecipeEntry[],
  stack?: LookingStack,
): Promise<Finding[]> {
  const findings: Finding[] = [];
  const outputs = new Map<string, Properties>();
  const resolver = plainValues(({ entry, output }) => outputs.get(entry)?.[output]);
  for (const entry of recipe.filter(({ kind }) => kind !== "AuthProof")) {
    const inputs = { ...(inOrder(resolved(entry.inputs, resolver)) as Properties), connection };
    const found = await diagnoseOne(host, entry, inputs, findings, stack);
    findings.push(found.finding);
    outputs.set(entry.name, found.outputs);
  }
  return findings;
}

/** With the keys of each object in alphabetical order, as the engine hands inputs over. */
function inOrder(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(inOrder);
  if (typeof value !== "object" || value === null || Object.getPrototypeOf(value) !== Object.prototype) return value;
  const sorted = Object.entries(value).sort(([one], [other]) => (one < other ? -1 : 1));
  return Object.fromEntries(sorted.map(([key, inner]) => [key, inOrder(inner)]));
}

async function diagnoseOne(
  host: Host,
  { kind, name }: RecipeEntry,
  inputs: Properties,
  before: readonly Finding[],
  stack: LookingStack | undefined,
) {
  const definition = definitionOf(kind);
  const checked = check(definition, {}, inputs);
  if (checked.failures.length > 0) {
    const found = checked.failures.map(({ property, reason }) => `${property}: ${reason}`).join("; ");
    const inTheWay: Obstacle = { code: "inputs-invalid", found, next: "correct what was asked for" };
    return { finding: { kind, name, owner: null, right: false, changes: [], warnings: [], inTheWay }, outputs: inputs };
  }
  const stored = stack?.outputsOf(name);
  const desired = inputsOf(definition, checked.inputs, stored);
  const found = await readHost(host, definition, desired);
  const { actual, record } = found;
  const owner = record?.owner ?? null;
  const state = stored === undefined ? undefined : stateOn(stateIn(definition, stored), found, stack);
  const { report, ...plan } = ownedByAnother(owner, stack) ?? planOf(definition, { desired, state }, found, before);
  const warnings = definition.warnings?.(desired, actual, report) ?? [];
  return {
    finding: { kind, name, owner, right: plan.changes.length === 0 && plan.inTheWay === undefined, ...plan, warnings },
    outputs: { ...desired, ...report },
  };
}

interface Plan extends Pick<Finding, "changes" | "inTheWay"> {
  /** The outputs besides the inputs, as far as a read gives them. */
  readonly report?: Report | undefined;
}

function ownedByAnother(owner: string | null, stack: LookingStack | undefined): Plan | undefined {
  if (owner === null || stack === undefined || [stack.owner, stack.takeOverFrom].includes(owner)) return undefined;
  const found = `the host says that it belongs to the stack ${owner}`;
  const next = `leave the host to that stack, or hand it over: set takeOverFrom to "${owner}" here, without a destroy there (docs/how-to/rescue.md, An owner marker of another stack)`;
  return { changes: [], inTheWay: { code: "owned-by-another-stack", found, next } };
}

/** What a resource says of a host on which the packages are not installed yet. */
const missingWithoutPackages: ReadonlySet<FailureCode> = new Set(["package-missing", "master-cf-missing"]);

/** The state counts for the machine that it describes, and for one that remembers the stack (engine/owner.ts). */
function stateOn(state: ResourceState, { machine, record }: Found, stack?: LookingStack): ResourceState | undefined {
  if (state.machine !== machine && record?.owner !== stack?.owner) return undefined;
  return { ...state, before: record?.before ?? state.before };
}

interface Asked {
  readonly desired: Properties;
  /** What the state has of the resource; absent where an `up` would create it. */
  readonly state: ResourceState | undefined;
}

/**
 * As `up` decides: a resource is observed, steps are made where an input differs from the host or
 * from the last run, and either may refuse.
 */
function planOf(
  definition: AnyDefinition,
  { desired, state }: Asked,
  { actual, record }: Found,
  before: readonly Finding[],
): Plan {
  try {
    // The refresh before an `up` reports anew, of what the last run asked for.
    const last = state && (definition.report?.(state.desired, actual, state.report, undefined) ?? {});
    const observed = definition.observe(desired, actual, last);
    const report = observed && definition.report?.(desired, actual, last, undefined);
    const asked = state === undefined ? [] : differences(definition, state.desired, desired);
    if (asked.length === 0 && differences(definition, observed ?? {}, desired).length === 0)
      return { changes: [], report };
    return { changes: definition.apply(desired, actual, last, (state ?? record)?.before).flatMap(told), report };
  } catch (error) {
    if (!(error instanceof Failure)) throw error;
    const comesWithPackages = before.some(({ kind, changes }) => kind === "SaslPackage" && changes.length > 0);
    if (comesWithPackages && missingWithoutPackages.has(error.parts.code))
      return { changes: ["set up what the packages bring"] };
    const { code, found, next, awaits } = error.parts;
    if (awaits?.startsWith(`${certificateFolder}/`) && isCertificateMade(before))
      return { changes: ["set up the port, once the certificate is made"] };
    return { changes: [], inTheWay: { code, found, next } };
  }
}

/** Whether an earlier part makes a certificate file that is not there yet. */
function isCertificateMade(before: readonly Finding[]): boolean {
  return before.some(({ kind, changes }) => kind === "TlsCertificate" && changes.length > 0);
}

/** The lines that `up` would log. */
function told(step: Step): string[] {
  if (step.do === "wait" || ("quiet" in step && step.quiet)) return [];
  if (step.do === "temporarily") return [step.reason, ...step.steps.flatMap(told)];
  return step.do === "prove" ? [step.reason] : [withLines(step)];
}
