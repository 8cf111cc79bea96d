// What goes wrong, in the parts that a person needs at 3 a.m.: what was tried, what was found, what is left, what to do.

/** What kind of failure it is, for programs: an advice or a reaction is chosen by it and never by the words of a message. */
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

/** The parts of an error message. Host and resource are added by the engine, which knows them. */
export interface FailureParts {
  /** The action, in the infinitive: "read /etc/postfix/master.cf". */
  readonly tried: string;
  /** What the host showed, in its own words where possible. */
  readonly found: string;
  /** What this run left on the host; "nothing was changed" when that is known. */
  readonly left?: string;
  /** What the operator can do now. */
  readonly next: string;
  readonly code?: FailureCode;
}

/** An expected failure: something on the host or in the input, not a defect of this program. */
export class Failure extends Error {
  readonly parts: FailureParts;

  constructor(parts: FailureParts, options?: ErrorOptions) {
    super(describe(parts), options);
    this.name = "Failure";
    this.parts = parts;
  }
}

/** The message, one part a line. */
export function describe(parts: FailureParts): string {
  const rows = [`tried: ${parts.tried}`, `found: ${parts.found}`];
  if (parts.left !== undefined) rows.push(`left on the host: ${parts.left}`);
  rows.push(`next: ${parts.next}`);
  return rows.join("\n");
}
