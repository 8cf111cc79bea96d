// What came of each host of a shard, from the engine's events of a look or of a run.
import { type EngineEvent, eventsIn, isPartOf } from "../engine-events.ts";
import { failedHosts } from "../failed-hosts.ts";
import { type Look, noChange } from "../status-now.ts";
import { hostIn, kindIn } from "../urn.ts";

export type Result = "as wanted" | "to change" | "changed" | "given back" | "failed" | "not tried";

export interface HostResult {
  readonly host: string;
  readonly result: Result;
  /** Why it failed or was not tried. */
  readonly why?: string;
  /** Kinds of the resources that an `up` would change. */
  readonly changes?: readonly string[];
}

export function resultsOfLook({ log, status }: Look): HostResult[] {
  const failed = new Set(failedHosts(log).map(({ host }) => host));
  return Object.entries(status).map(([host, { now }]) => {
    if (now?.failed !== undefined) return { host, result: failed.has(host) ? "failed" : "not tried", why: now.failed };
    const changes = now?.changes ?? [];
    return changes.length === 0 ? { host, result: "as wanted" } : { host, result: "to change", changes };
  });
}

/** A host is done when its proof, which waits for all else of it, has been come to. */
export function resultsOfRun(log: string, hosts: readonly string[], ended: "up" | "destroy"): HostResult[] {
  const events = eventsIn(log);
  const failed = new Map(failedHosts(log).map(({ host, why }) => [host, why]));
  return hosts.map((host) => {
    const why = failed.get(host);
    if (why !== undefined) return { host, result: "failed", why };
    if (ended === "destroy") return destroyed(events, host);
    const ends = events.flatMap(({ resOutputsEvent }) => {
      const operation = resOutputsEvent?.metadata;
      return operation !== undefined && isPartOf(host, operation) && !isLook(operation.op) ? [operation] : [];
    });
    if (!ends.some(({ urn }) => kindIn(urn) === "AuthProof"))
      return { host, result: "not tried", why: "the run ended before it was its turn, or a host before it failed" };
    return { host, result: ends.some(({ op }) => !noChange.has(op)) ? "changed" : "as wanted" };
  });
}

function destroyed(events: readonly EngineEvent[], host: string): HostResult {
  const gone = events.some(({ resOutputsEvent }) => isHost(host, resOutputsEvent?.metadata));
  return gone ? { host, result: "given back" } : { host, result: "not tried", why: "the stack does not have it" };
}

/** Hosts of others than these that the run would take away. */
export function hostsToLeave(log: string): string[] {
  return eventsIn(log).flatMap(({ resourcePreEvent }) => {
    const operation = resourcePreEvent?.metadata;
    return operation?.op === "delete" ? (hostIn(operation.urn) ?? []) : [];
  });
}

function isHost(host: string, operation: { readonly op: string; readonly urn: string } | undefined): boolean {
  return operation?.op === "delete" && hostIn(operation.urn) === host;
}

function isLook(op: string): boolean {
  return op === "refresh";
}

/** The host that has come to its end in this moment: the look at it, its proof, or its removal. */
export function hostDoneIn({ resourcePreEvent, resOutputsEvent }: EngineEvent, of: "look" | "up" | "destroy") {
  const operation = (of === "look" ? resourcePreEvent : resOutputsEvent)?.metadata;
  if (operation === undefined || isLook(operation.op)) return undefined;
  if (of === "destroy") return operation.op === "delete" ? hostIn(operation.urn) : undefined;
  if (kindIn(operation.urn) !== "AuthProof") return undefined;
  return hostIn((operation.new ?? operation.old)?.parent ?? "");
}
