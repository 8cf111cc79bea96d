// The steps of a host: its resources in the state, and with a look what a preview has planned for
// each of them.
import { catalogue } from "../../providers/resources/catalogue.ts";
import { type EngineEvent, isPartOf, type Operation } from "../engine-events.ts";
import type { Resource } from "../status-in-state.ts";
import { kindIn } from "../urn.ts";
import type { ReportedHost, Step, Verdict } from "./content.ts";
import { differencesBetween } from "./differences.ts";

/** As the last run left them: `parts` are the resources of the host in the state. */
export function stepsInState(parts: readonly Resource[], host: string): Step[] {
  return inOrder(
    parts.map(({ urn, id, outputs = {} }) => {
      const desired = (outputs.wanted ?? {}) as Readonly<Record<string, unknown>>;
      // The outputs hold more than the inputs.
      const found = Object.fromEntries(Object.keys(desired).map((key) => [key, outputs[key]]));
      const differences = differencesBetween(found, desired);
      return step(urn, host, { id, verdict: differences.length === 0 ? "as wanted" : "differs", differences });
    }),
  );
}

/** As a preview has found them, also those that are not in the state yet. */
export function stepsNow(events: readonly EngineEvent[], parts: readonly Resource[], host: string): Step[] {
  const failed = new Set(
    events.flatMap(({ diagnosticEvent: said }) => (said?.severity === "error" ? (said.urn ?? []) : [])),
  );
  const planned = Map.groupBy(
    events.flatMap(({ resourcePreEvent }) => {
      const operation = resourcePreEvent?.metadata;
      return operation !== undefined && operation.op !== "refresh" && isPartOf(host, operation) ? [operation] : [];
    }),
    ({ urn }) => urn,
  );
  const urns = new Set([...parts.map(({ urn }) => urn), ...planned.keys()]);
  return inOrder(
    [...urns].map((urn) => {
      const found = parts.find((part) => part.urn === urn);
      if (failed.has(urn)) return step(urn, host, { id: found?.id, verdict: "failed", differences: [] });
      const [operation] = [...(planned.get(urn) ?? [])].sort((one, other) => inputsIn(other) - inputsIn(one));
      if (operation === undefined) return step(urn, host, { id: found?.id, verdict: "not looked at", differences: [] });
      return plannedStep(operation, host);
    }),
  );
}

const verdictOf: Readonly<Record<string, Verdict>> = {
  same: "as wanted",
  read: "as wanted",
  create: "not there",
  delete: "not wanted",
};

function plannedStep({ op, urn, old, new: desired, diffs }: Operation, host: string): Step {
  const verdict = verdictOf[op] ?? "differs";
  const differences =
    verdict === "as wanted" || verdict === "not wanted"
      ? []
      : differencesBetween(old?.inputs ?? {}, desired?.inputs ?? {}, diffs ?? []);
  return step(urn, host, { id: old?.id || desired?.id, verdict, differences });
}

/** A replacement is planned in several operations: the one that has both states tells the most. */
function inputsIn({ old, new: desired }: Operation): number {
  return Number(old?.inputs !== undefined) + Number(desired?.inputs !== undefined);
}

function step(
  urn: string,
  host: string,
  known: Pick<Step, "verdict" | "differences"> & { id: string | undefined },
): Step {
  const name = urn.slice(urn.lastIndexOf("::") + 2).replace(`${host}-`, "");
  return { kind: kindIn(urn), name, ...known, id: known.id ?? "" };
}

/** Those of a kind together, in the order in which a host needs the kinds. */
function inOrder(steps: readonly Step[]): Step[] {
  const kinds = Object.keys(catalogue);
  const place = ({ kind }: Step) => kinds.indexOf(kind);
  return [...steps].sort((one, other) => place(one) - place(other) || one.name.localeCompare(other.name));
}

/** The kinds that at least one host has, in the same order. */
export function kindsOf(hosts: readonly ReportedHost[]): string[] {
  return Object.keys(catalogue).filter((kind) => hosts.some(({ steps }) => steps.some((step) => step.kind === kind)));
}
