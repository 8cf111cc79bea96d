// Turns what went wrong into the message that Pulumi shows: host and resource first, then what was tried, found, left, and what to do.
import { AccessFailure } from "../host/access-failure.ts";
import { describe, Failure } from "../steps/failure.ts";
import type { Properties } from "./state.ts";

/** Where it went wrong, and what had been done until then. */
export interface Circumstances {
  readonly host: string;
  readonly resource: string;
  readonly done: readonly string[];
  /** What a roll-back did, where there was one. */
  readonly story?: string | undefined;
  /** How to get at the host again, where the connection itself is what fails. */
  readonly recovery?: string;
}

/** The error to throw. An unexpected one keeps its own text: it is a defect of this program, and says so. */
export function errorFor(error: unknown, { host, resource, done, story, recovery }: Circumstances): Error {
  const parts =
    error instanceof Failure
      ? error.parts
      : {
          tried: "go on",
          found: error instanceof Error ? (error.stack ?? error.message) : String(error),
          next: "this is a defect of sasl-mail-host: please report it with this text",
        };
  const left =
    story ?? parts.left ?? (done.length === 0 ? "nothing was changed" : `what was done before: ${done.join("; ")}`);
  const next = error instanceof AccessFailure && recovery !== undefined ? `${parts.next}. ${recovery}` : parts.next;
  return new Error(`${resource} on ${host}\n${describe({ ...parts, left, next })}`.replaceAll("\n", "\n  "), {
    cause: error,
  });
}

/** An error after which Pulumi keeps the resource in its state, marked as not initialised: the next `up` goes on from there. */
export function halfWay(error: Error, id: string, properties: Properties): Error {
  return Object.assign(error, { id, properties, reasons: [error.message] });
}
