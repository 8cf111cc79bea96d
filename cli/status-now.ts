// What a preview of the engine has found on each host, from its own log of events. A preview looks
// at all hosts of the state with the stack's own settings and secrets, and changes neither them nor
// the state.
import { type EngineEvent, eventsIn, isPartOf, kindIn, type Operation } from "./engine-events.ts";
import { failedHosts } from "./failed-hosts.ts";
import type { HostStatus, Now } from "./host-status.ts";
import type { StackReader } from "./stack/reader.ts";
import { type Named, statusInState } from "./status-in-state.ts";

/** A preview plans none of these. */
export const noChange = new Set(["same", "refresh", "read"]);

/** The log of a preview, and what it has found. */
export interface Look {
  readonly log: string;
  readonly status: Record<string, HostStatus>;
}

/** A preview that fails on a host has still looked at others. */
export async function lookNow(reader: Pick<StackReader, "preview">, hosts: readonly Named[]): Promise<Look> {
  const { events: log, failed, output } = await reader.preview();
  const status = statusNow(log, hosts);
  if (failed && exitStatus(status) === 0) throw new Error(output);
  return { log, status };
}

/** One entry for each host, as `statusInState` has it, but as found at this moment. */
export function statusNow(log: string, hosts: readonly Named[]): Record<string, HostStatus> {
  const events = eventsIn(log);
  const found = events.flatMap(({ resOutputsEvent }) =>
    resOutputsEvent?.metadata.op === "refresh" && resOutputsEvent.metadata.new ? [resOutputsEvent.metadata.new] : [],
  );
  const failed = new Map(failedHosts(log).map(({ host, why }) => [host, why]));
  const status = statusInState({ deployment: { resources: found } }, hosts);
  return Object.fromEntries(
    Object.entries(status).map(([name, host]) => [name, { ...host, now: nowOf(name, events, failed.get(name)) }]),
  );
}

/** As of `npm run doctor`: 0 = all as wanted, 1 = a host could not be looked at, 7 = `up` would change something. */
export function exitStatus(hosts: Readonly<Record<string, HostStatus>>): 0 | 1 | 7 {
  const seen = Object.values(hosts).map(({ now }) => now);
  if (seen.some((now) => now?.failed !== undefined)) return 1;
  return seen.some((now) => (now?.changes.length ?? 0) > 0) ? 7 : 0;
}

/** As `exitStatus`, and 7 where `up` would take away what no host of the configuration has any more. */
export function exitOf({ log, status }: Look): 0 | 1 | 7 {
  const hosts = Object.keys(status);
  const leaves = eventsIn(log).some(
    ({ resourcePreEvent: planned }) =>
      planned?.metadata.op === "delete" && !hosts.some((host) => isPartOf(host, planned.metadata)),
  );
  return exitStatus(status) || (leaves ? 7 : 0);
}

function nowOf(name: string, events: readonly EngineEvent[], failed: string | undefined): Now {
  const planned = events.flatMap(({ resourcePreEvent }) => {
    const operation = resourcePreEvent?.metadata;
    return operation !== undefined && operation.op !== "refresh" && isPartOf(name, operation) ? [operation] : [];
  });
  // A replacement is planned in several steps with one URN.
  const changed = [...new Set(planned.filter(({ op }) => !noChange.has(op)).map(({ urn }) => urn))];
  // The proof waits for all others, so it is planned last.
  const complete = planned.some(({ urn }) => kindIn(urn) === "AuthProof");
  const why = failed ?? (complete ? undefined : "not looked at, because the preview ended early");
  return {
    reached: events.some(({ resOutputsEvent }) => hasAnswered(name, resOutputsEvent?.metadata)),
    changes: [...new Set(changed.map(kindIn))],
    resourcesToChange: changed.length,
    ...(why === undefined ? {} : { failed: why }),
  };
}

/** A resource that the refresh does not find any more is an answer of the host, too. */
function hasAnswered(name: string, operation: Operation | undefined): boolean {
  return operation?.op === "refresh" && isPartOf(name, operation);
}
