// Turns an error into the message that Pulumi shows: host and resource first, then what was tried,
// what was found, what is left on the host, what to do next, and the code.

import { describe, Failure, type FailureParts } from "../core/failure.ts";
import { printable } from "../core/printable.ts";
import { AccessFailure } from "../host/access-failure.ts";
import type { Properties } from "./state.ts";

/** Where the error occurred, and what had been done until then. */
export interface Circumstances {
  readonly host: string;
  readonly resource: string;
  readonly done: readonly string[];
  /** What a rollback left on the host, where there was one. */
  readonly rolledBack?: readonly string[] | undefined;
  /** How to restore access to the host, where the connection itself fails. */
  readonly recovery?: string;
}

/**
 * The error to throw. An unexpected error keeps its own text and is reported as a defect of this
 * program.
 */
export function errorFor(error: unknown, { host, resource, done, rolledBack, recovery }: Circumstances): Error {
  if (error instanceof Failure && error.parts.code === "host-rolled-back") return notTried(error, resource, host);
  const parts: FailureParts =
    error instanceof Failure
      ? error.parts
      : {
          code: "defect",
          tried: "go on",
          found: error instanceof Error ? (error.stack ?? error.message) : String(error),
          // An error that nobody foresaw may have come in the middle of a change.
          left: done.length === 0 ? ["no change that this program has noted"] : [],
          next: "this is a defect of sasl-mail-host: please report it with this text",
        };
  const left = rolledBack ?? withDone(parts.left ?? [], done);
  const next = error instanceof AccessFailure && recovery !== undefined ? `${parts.next}. ${recovery}` : parts.next;
  const text = `${resource} on ${host}\n${describe({ ...parts, left, next })}`;
  return new Error(text.replaceAll("\n", "\n  "), { cause: error });
}

/**
 * What the failing step left, and what the operation did before it. A step that says that nothing
 * was changed speaks of itself, which would be wrong of the operation.
 */
function withDone(left: readonly string[], done: readonly string[]): readonly string[] {
  if (done.length === 0) return left.length === 0 ? ["nothing was changed"] : left;
  return [...left.filter((line) => !line.includes("nothing was changed")), "what was done before:", ...done];
}

/** One line: the error of the resource that failed says what to do. */
function notTried(error: Failure, resource: string, host: string): Error {
  const { found, code } = error.parts;
  const text = `${resource} on ${host}: not tried, because ${found} (code: ${code}, docs/errors.md)`;
  return new Error(printable(text), { cause: error });
}

/**
 * An error after which Pulumi keeps the resource in its state, marked as not initialised. The next
 * `up` continues from there.
 */
export function halfWay(error: Error, id: string, properties: Properties): Error {
  return Object.assign(error, { id, properties, reasons: [error.message] });
}
