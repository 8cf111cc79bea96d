// An error message in the parts that an operator needs: what was tried, what was found, what is
// left on the host, what to do.

/**
 * The kind of failure, for programs: advice and reactions depend on it and never on the text of a
 * message.
 */
export type FailureCode =
  | "auth-before-tls"
  | "auth-missing"
  | "auth-not-wanted"
  | "auth-too-much"
  | "certificate"
  | "login-refused"
  | "no-answer"
  | "not-by-saslauthd"
  | "not-from-outside"
  | "open-relay"
  | "other-certificate"
  | "other-saslauthd"
  | "refused-by-saslauthd"
  | "saslauthd-unreachable"
  | "unproved";

/** The parts of an error message. The engine adds host and resource. */
export interface FailureParts {
  /** The action, in the infinitive: "read /etc/postfix/master.cf". */
  readonly tried: string;
  /** What the host reported, in its own words where possible. */
  readonly found: string;
  /** What this run left on the host; "nothing was changed" when that is known. */
  readonly left?: string;
  /** What the operator should do next. */
  readonly next: string;
  readonly code?: FailureCode;
}

/** An expected failure, caused by the host or by the input and not by a defect of this program. */
export class Failure extends Error {
  readonly parts: FailureParts;

  constructor(parts: FailureParts, options?: ErrorOptions) {
    super(describe(parts), options);
    this.name = "Failure";
    this.parts = parts;
  }
}

/** The message, one part per line. */
export function describe(parts: FailureParts): string {
  const rows = [`tried: ${parts.tried}`, `found: ${parts.found}`];
  if (parts.left !== undefined) rows.push(`left on the host: ${parts.left}`);
  rows.push(`next: ${parts.next}`);
  return rows.join("\n");
}
