// Puts a report together from the state, and with a look from what a preview has found.
import { type EngineEvent, eventsIn, isPartOf } from "../engine-events.ts";
import type { HostStatus } from "../host-status.ts";
import { type Checkpoint, type Named, partsIn, proofInState, statusInState } from "../status-in-state.ts";
import type { Look } from "../status-now.ts";
import type { Report } from "./content.ts";
import { stepsInState, stepsNow } from "./steps.ts";

export interface Sources {
  readonly stack: string;
  readonly madeAt: Date;
  readonly hosts: readonly Named[];
  readonly checkpoint: Checkpoint;
  readonly look?: Look | undefined;
}

export function reportFrom({ stack, madeAt, hosts, checkpoint, look }: Sources): Report {
  const events = eventsIn(look?.log ?? "");
  const stored = statusInState(checkpoint, hosts);
  return {
    stack,
    madeAt,
    looked: look !== undefined,
    hosts: hosts.map(({ name, connection }) => {
      const parts = partsIn(checkpoint, name);
      // Of a host that did not answer the state still knows the last proof and the certificate.
      const status: HostStatus = { address: connection.host, ...stored[name], ...look?.status[name] };
      return {
        name,
        status,
        steps: look === undefined ? stepsInState(parts, name) : stepsNow(events, parts, name),
        warnings: warningsIn(events, name),
        proof: proofInState(checkpoint, name),
      };
    }),
  };
}

function warningsIn(events: readonly EngineEvent[], host: string): string[] {
  const urns = new Set(
    events.flatMap(({ resourcePreEvent, resOutputsEvent }) =>
      [resourcePreEvent, resOutputsEvent].flatMap((event) =>
        event !== undefined && isPartOf(host, event.metadata) ? [event.metadata.urn] : [],
      ),
    ),
  );
  const warnings = events.flatMap(({ diagnosticEvent: said }) =>
    said?.severity === "warning" && urns.has(said.urn ?? "") ? [withoutColours(said.message).trim()] : [],
  );
  return [...new Set(warnings)];
}

/** The engine marks colours as `<{%fg 1%}>` (sdk/go/common/diag/colors of Pulumi). */
function withoutColours(message: string): string {
  return message.replace(/<\{%[^%]*%\}>/g, "");
}
