// Why hosts failed in a run, from the engine's own log of its events. `npm run pulumi` prints that
// last, below the outputs, which name only the resource.
import { type EngineEvent, eventsIn } from "./engine-events.ts";
import { hostIn } from "./urn.ts";

/** Letters that are printed of a cause, and as many of an advice; the error has the whole text. */
const longest = 300;

/** A host that failed, and why. */
export interface FailedHost {
  readonly host: string;
  /** "what could not be done: cause – what to do next" */
  readonly why: string;
}

/**
 * @example failedHosts(log) // [{ host: "mail2", why: "could not connect to …: connect ECONNREFUSED … – check …" }]
 */
export function failedHosts(log: string): FailedHost[] {
  const events = eventsIn(log);
  const names = events.flatMap(({ resourcePreEvent }) => hostIn(resourcePreEvent?.metadata.urn ?? "") ?? []);
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

/** "what could not be done: cause – next" of a message of this project, else its first line. */
function causeIn(message: string): string {
  const part = (name: string) => new RegExp(`^ *${name}: (.*)`, "m").exec(message)?.[1];
  const [tried, found, next] = [part("tried"), part("found"), part("next")];
  if (found === undefined || next === undefined) return shortened(message.trim().split("\n")[0] ?? "");
  const attempt = tried === undefined ? "" : `could not ${withoutAside(tried)}: `;
  return `${attempt}${shortened(found)} – ${shortened(inCommandOfUser(next))}`;
}

/** The text without what it has in brackets at its end, such as the keys that were tried. */
function withoutAside(tried: string): string {
  return shortened(tried.replace(/ \(.*\)$/, ""));
}

/** Commands as the user of `npm run pulumi` can type them. */
function inCommandOfUser(next: string): string {
  return next.replaceAll("`pulumi ", "`npm run pulumi -- ");
}

/** Ends after a sentence, else after a word. */
function shortened(text: string): string {
  if (text.length <= longest) return text;
  const begin = text.slice(0, longest);
  const sentence = begin.lastIndexOf(". ");
  return sentence > 0 ? `${begin.slice(0, sentence + 1)} …` : `${begin.replace(/\s+\S*$/, "")} …`;
}
