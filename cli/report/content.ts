// What a report says, before it becomes HTML or Markdown. Texts in it are the host's and the
// configuration's own words, and are escaped where they are put into a page.
import type { HostStatus } from "../host-status.ts";
import type { Proof } from "../status-in-state.ts";

export interface Report {
  /** The name of the stack. */
  readonly stack: string;
  readonly madeAt: Date;
  /** Whether the hosts were looked at; else all of it is what the last run left in the state. */
  readonly looked: boolean;
  readonly hosts: readonly ReportedHost[];
}

export interface ReportedHost {
  readonly name: string;
  readonly status: HostStatus;
  readonly steps: readonly Step[];
  readonly warnings: readonly string[];
  /** The last proof, with what client and server said; passwords are not in it. */
  readonly proof?: Proof | undefined;
}

/** One resource of a host. */
export interface Step {
  /** "MasterService" */
  readonly kind: string;
  /** The name of its entry in the recipe: "smtps". */
  readonly name: string;
  /** What it is about on the host: "smtps/inet". */
  readonly id: string;
  readonly verdict: Verdict;
  readonly differences: readonly Difference[];
}

/** The worst first. */
export const verdicts = ["failed", "not there", "not wanted", "differs", "not looked at", "as wanted"] as const;

export type Verdict = (typeof verdicts)[number];

/** An input whose value differs, or a text with the lines that differ. */
export type Difference = ValueDifference | LineDifference;

export interface ValueDifference {
  /** "options.smtpd_tls_security_level" */
  readonly path: string;
  /** Absent where there is no such value. */
  readonly found?: string;
  readonly desired?: string;
}

export interface LineDifference {
  readonly path: string;
  readonly lines: readonly Line[];
}

/** "-": on the host. "+": desired. */
export interface Line {
  readonly sign: "-" | "+";
  readonly text: string;
}

/** What differs as lines, however it was compared. */
export function linesOf(difference: Difference): readonly Line[] {
  if ("lines" in difference) return difference.lines;
  const { path, found, desired } = difference;
  const line = (sign: Line["sign"], value: string | undefined): Line[] =>
    value === undefined ? [] : [{ sign, text: `${path}: ${value === "" ? '""' : value}` }];
  return [...line("-", found), ...line("+", desired)];
}
