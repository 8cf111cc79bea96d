// Why hosts failed in a run, from the engine's own log of its events. `npm run pulumi` prints that
// last, below the outputs, which name only the resource.
import { type EngineEvent, eventsIn } from "./engine-events.ts";

/** A host that failed, and why. */
export interface FailedHost {
  readonly host: string;
  /** "cause – what to do next" */
  readonly why: string;
}

/**
 * @example failedHosts(log) // [{ host: "mail2", why: "connect ECONNREFUSED … – check address, port and network" }]
 */
export function failedHosts(log: string): FailedHost[] {
  const events = eventsIn(log);
  const names = events.flatMap(({ resourcePreEvent }) => hostNamed(resourcePreEvent?.metadata.urn));
  const failed = events.flatMap((event) => failedIn(event, names));
  const like =
    ({ host, why }: FailedHost) =>
    (other: FailedHost) =>
      other.host === host && other.why === why;
  return failed.filter((one, index) => failed.findIndex(like(one)) === index);
}

function failedIn({ diagnosticEvent }: EngineEvent, names: readonly string[]): FailedHost[] {
  if (diagnosticEvent?.severity !== "error" || diagnosticEvent.urn === undefined) return [];
  const { urn, message } = diagnosticEvent;
  const resource = urn.slice(urn.lastIndexOf("::") + 2);
  // "mail" is a beginning of "mail-2-packages", too.
  const [host] = names
    .filter((name) => resource.startsWith(`${name}-`))
    .sort((one, other) => other.length - one.length);
  return host === undefined || message.includes(": not tried, because ") ? [] : [{ host, why: causeIn(message) }];
}

function hostNamed(urn = ""): string[] {
  return /::sasl:index:SaslMailHost::(.+)$/.exec(urn)?.slice(1) ?? [];
}

/** "cause – next" of a message of this project, and the first line of any other one. */
function causeIn(message: string): string {
  const part = (name: string) => new RegExp(`^ *${name}: (.*)`, "m").exec(message)?.[1];
  const [found, next] = [part("found"), part("next")];
  return found === undefined || next === undefined
    ? shortened(message.trim().split("\n")[0] ?? "")
    : `${shortened(found)} – ${shortened(next)}`;
}

function shortened(text: string): string {
  return text.length > 160 ? `${text.slice(0, 159).trimEnd()}…` : text;
}
