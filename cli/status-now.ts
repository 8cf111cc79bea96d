// What a preview of the engine has found on each host, from its own log of events. A preview looks
// at all hosts of the state with the stack's own settings and secrets, and changes neither them nor
// the state.
import { type EngineEvent, eventsIn, isPartOf, type Operation } from "./engine-events.ts";
import { failedHosts } from "./failed-hosts.ts";
import type { HostStatus, Now } from "./host-status.ts";
import { checkpointOf } from "./stack/contents.ts";
import type { StackReader } from "./stack/reader.ts";
import { type Checkpoint, type Named, partsIn, statusInState } from "./status-in-state.ts";
import { kindIn } from "./urn.ts";

/** A preview plans none of these. */
export const noChange = new Set(["same", "refresh", "read"]);

/** The log of a preview, and what it has found. */
export interface Look {
  readonly log: string;
  readonly status: Record<string, HostStatus>;
}

/**
 * A preview ends at the first host that fails, whatever the engine is told for an up, so the others
 * are looked at again without those that have failed.
 */
export async function lookNow(reader: Pick<StackReader, "preview" | "ask">, hosts: readonly Named[]): Promise<Look> {
  let log = "";
  const left = new Map<string, readonly string[]>();
  for (;;) {
    const { events, failed, output } = await reader.preview([...left.values()].flat());
    log = `${log}${events}\n`;
    const status = statusNow(log, hosts);
    if (!failed) return { log, status };
    if (exitStatus(status) === 0) throw new Error(output);
    const sick = failedHosts(events).filter(({ host }) => !left.has(host));
    if (sick.length === 0 || left.size + sick.length >= hosts.length) return { log, status };
    const checkpoint = await checkpointOf(reader);
    for (const { host } of sick) left.set(host, urnsIn(checkpoint, host));
    // What the state does not have cannot be left out.
    if (sick.some(({ host }) => left.get(host)?.length === 0)) return { log, status };
  }
}

/** The names of a host and of all its resources. */
function urnsIn(checkpoint: Checkpoint, host: string): string[] {
  const parts = partsIn(checkpoint, host);
  return [...new Set(parts.flatMap(({ parent, urn }) => [parent ?? "", urn]))];
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
