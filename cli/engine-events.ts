// The events in the engine's own log of a run.
import { hostIn } from "./urn.ts";

/** The parts of an event (sdk/go/common/apitype/events.go of Pulumi) that matter here. */
export interface EngineEvent {
  readonly diagnosticEvent?: { readonly urn?: string; readonly message: string; readonly severity: string };
  readonly resourcePreEvent?: { readonly metadata: Operation };
  readonly resOutputsEvent?: { readonly metadata: Operation };
}

/** An operation on a resource: at its begin, and with its result at its end. */
export interface Operation {
  readonly op: string;
  readonly urn: string;
  readonly new?: State | null;
  readonly old?: State | null;
  /** The names of the inputs that differ. */
  readonly diffs?: readonly string[] | null;
}

interface State {
  readonly urn: string;
  readonly type: string;
  readonly id?: string;
  readonly parent?: string;
  readonly inputs?: Readonly<Record<string, unknown>>;
  readonly outputs?: Readonly<Record<string, unknown>>;
}

/** Whether the operation is on a resource of the mail host with this name. */
export function isPartOf(host: string, { new: desired, old }: Operation): boolean {
  return hostIn((desired ?? old)?.parent ?? "") === host;
}

/** One event a line. A run that was killed leaves half a line. */
export function eventsIn(log: string): EngineEvent[] {
  return log.split("\n").flatMap((line) => {
    try {
      return [JSON.parse(line) as EngineEvent];
    } catch {
      return [];
    }
  });
}
