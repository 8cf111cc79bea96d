// An error message in the parts that an operator needs: what was tried, what was found, what is
// left on the host, what to do, and the code under which the documentation has it.

import type { FailureCode } from "./failure-codes.ts";
import { printable } from "./printable.ts";

/** The parts of an error message. engine/failure.ts adds host and resource. */
export interface FailureParts {
  readonly code: FailureCode;
  /** The action, in the infinitive: "read /etc/postfix/master.cf". */
  readonly tried: string;
  /** What the host reported, in its own words where possible. */
  readonly found: string;
  /**
   * What the failing step left on the host, one thing an entry; the engine adds what the operation
   * did before. Absent where the step cannot know.
   */
  readonly left?: readonly string[];
  /** What the operator should do next. */
  readonly next: string;
  /** The file whose absence is all that is wrong: the failure ends when it is there. Not printed. */
  readonly awaits?: string;
}

/** An expected failure, caused by the host or by the input and not by a defect of this program. */
export class Failure extends Error {
  readonly parts: FailureParts;

  // A program compiled for ES2020, as Pulumi's templates are, does not know the type `ErrorOptions`.
  constructor(parts: FailureParts, options?: { cause?: unknown }) {
    super(describe(parts), options);
    this.name = "Failure";
    this.parts = parts;
  }

  get code(): FailureCode {
    return this.parts.code;
  }
}

/**
 * The message, one part per line, and each thing that is left on a line of its own. It quotes the
 * host.
 */
export function describe({ code, tried, found, left, next }: FailureParts): string {
  const lines = [
    `tried: ${tried}`,
    `found: ${found}`,
    ...(left === undefined ? [] : [`left on the host: ${listed(left)}`]),
    `next: ${next}`,
    `code: ${code} (docs/errors.md)`,
  ];
  return printable(lines.join("\n"));
}

/** Entries that are printed of each end of a long list. */
const shownOfEachEnd = 7;

/**
 * The first entries say what the rest is, and the last ones what was done last: a long list loses
 * its middle.
 */
function listed(entries: readonly string[]): string {
  const hidden = entries.length - 2 * shownOfEachEnd;
  const shown =
    hidden < 2
      ? entries
      : [...entries.slice(0, shownOfEachEnd), `… and ${hidden} more`, ...entries.slice(-shownOfEachEnd)];
  return shown.map((entry) => entry.replaceAll("\n", "\n    ")).join("\n    ");
}
