// Turns an error into the message that Pulumi shows: host and resource first, then what was tried,
// what was found, what is left on the host, and what to do next.

import { describe, Failure } from "../core/failure.ts";
import { AccessFailure } from "../host/access-failure.ts";
import type { Properties } from "./state.ts";

/** Where the error occurred, and what had been done until then. */
export interface Circumstances {
  readonly host: string;
  readonly resource: string;
  readonly done: readonly string[];
  /** What a rollback did, where there was one. */
  readonly story?: string | undefined;
  /** How to restore access to the host, where the connection itself fails. */
  readonly recovery?: string;
}

/**
 * The error to throw. An unexpected error keeps its own text and is reported as a defect of this
 * program.
 */
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

/**
 * An error after which Pulumi keeps the resource in its state, marked as not initialised. The next
 * `up` continues from there.
 */
export function halfWay(error: Error, id: string, properties: Properties): Error {
  return Object.assign(error, { id, properties, reasons: [error.message] });
}
