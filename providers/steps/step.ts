// The steps of a plan. Steps are data: a resource yields them, transaction/ applies them, a test can read
// them.

import type { FailureCode } from "../core/failure-codes.ts";
import type { ShellText } from "../core/shell.ts";
import type { Fact } from "../facts/fact.ts";

/**
 * Runs shell text as root. Its exit status only decides whether to continue; the result is verified
 * afterwards.
 */
export interface RunScript {
  readonly do: "run";
  readonly script: ShellText;
  /** The reason, as one line for the log: "restart saslauthd: its running options differ". */
  readonly reason: string;
  /**
   * Seconds until the connection is closed. The command continues on the host unless it limits
   * itself (`timeout`, as for apt). A step with it is sent alone, and logged before it begins.
   */
  readonly timeoutSeconds?: number;
  /** The advice when it fails. */
  readonly next?: string;
  /** The kind of its failure. Default: `command-failed`. */
  readonly code?: FailureCode;
  /** The kinds of failure that the script reports by an exit status of their own. */
  readonly exits?: Readonly<Record<number, KindOfFailure>>;
  /**
   * Rolls the change back when the proof of this transaction fails. A step without it is not rolled
   * back, and opens no journal; a daemon that it starts or stops is set right only with the undo of
   * another step (daemons-as-before.ts).
   */
  readonly undo?: Undo;
  /**
   * The step is tried once: a failure is logged as a warning with its output, and all other steps
   * continue. No step waits for it afterwards.
   */
  readonly mayFail?: true;
  /** Internal bookkeeping, which is not logged. */
  readonly quiet?: boolean;
}

/** A kind of failure, with the advice where that differs from the step's. */
export interface KindOfFailure {
  readonly code: FailureCode;
  readonly next?: string;
}

/**
 * Recorded in the journal before the step; used only where the transaction is journalled. All scripts
 * run in the folder of the entry, and `script` in a shell of its own (no `tell`, no `warn`).
 */
export interface Undo {
  /**
   * Records in that folder what the undo needs of the state before. If it fails, the change is not
   * made (`records-not-written`).
   */
  readonly remember?: ShellText;
  /**
   * Runs after the step succeeded: records what it made, so that the undo removes that and nothing
   * else. If it fails, the step counts as failed. It is missing after a crash or a step that failed:
   * `script` must then work without it.
   */
  readonly confirm?: ShellText;
  /**
   * May run twice, and succeeds where there is nothing to undo. It leaves what somebody else has
   * changed since, and reports that on standard output after "kept: "; all output from there on is
   * shown on one line.
   */
  readonly script: ShellText;
}

/**
 * Replaces a file as a whole: a temporary file beside it, with owner and mode kept, is synced and
 * renamed.
 */
export interface WriteFile {
  readonly do: "write";
  readonly path: string;
  readonly content: Buffer;
  /** Used only for a file that does not exist yet; an existing one keeps its own. */
  readonly created: { readonly owner: string; readonly group: string; readonly mode: string };
  /**
   * The bytes that the decision was based on, or their digest where they hold a secret. Other
   * content on the host at the time of writing stops the step. `undefined` = no file.
   */
  readonly expected: Buffer | { readonly sha256: string } | undefined;
  readonly reason: string;
  /** What else the log says below the reason, each in one line. */
  readonly details?: readonly string[];
  /** Internal bookkeeping, which is not logged. */
  readonly quiet?: boolean;
  /** The changed lines may be logged: the file holds no secret. */
  readonly tellsLines?: true;
}

/** Removes a file. An absent file is no error. */
export interface RemoveFile {
  readonly do: "remove";
  readonly path: string;
  /**
   * The bytes that the decision was based on: other content on the host stops the step. Without it
   * any content is removed.
   */
  readonly expected?: Buffer | { readonly sha256: string };
  readonly reason: string;
  /** Internal bookkeeping, which is not logged. */
  readonly quiet?: boolean;
}

/**
 * Waits until a fact holds. It is read at once, after 20 ms, and then with a pause that doubles up
 * to 250 ms; the step fails at the first read after `timeoutSeconds` that does not hold.
 */
export interface WaitFor {
  readonly do: "wait";
  readonly until: Fact<boolean>;
  readonly what: string;
  readonly timeoutSeconds: number;
  readonly next: string;
  /** The kind of its failure. Default: `wait-timed-out`. */
  readonly code?: FailureCode;
  /** Read when the fact does not hold in time: what the host reports about it. */
  readonly why?: Fact<readonly string[]>;
}

/** Runs an SMTP dialogue with a port of the host, through the SSH connection. */
export interface Prove {
  readonly do: "prove";
  readonly dialogue: Dialogue;
  readonly reason: string;
}

/**
 * Applies `steps`, then `afterwards` whether they succeeded or not: for a service that is started
 * or stopped temporarily.
 */
export interface RunTemporarily {
  readonly do: "temporarily";
  readonly steps: readonly Step[];
  /** Applied before `afterwards`, and only when one of the steps failed. */
  readonly ifFailed?: readonly Step[];
  readonly afterwards: readonly Step[];
  readonly reason: string;
}

export type Step = RunScript | WriteFile | RemoveFile | WaitFor | Prove | RunTemporarily;

/** What an SMTP dialogue must show. */
export interface Dialogue {
  readonly port: number;
  /**
   * TLS, from the first byte (RFC 8314) unless `startTls` is set, with the requirements for the
   * certificate.
   */
  readonly tls?: TlsDemand;
  /** TLS begins with STARTTLS (RFC 3207), and AUTH must not be offered before it. */
  readonly startTls?: boolean;
  /** Mechanisms that EHLO must offer; with a login exactly these. */
  readonly mechanisms: readonly string[];
  /** AUTH must not be offered, before or after STARTTLS. The text names where it may come from. */
  readonly noAuth?: string;
  /** Without a login, mail to other domains must be refused: otherwise this is an open relay. */
  readonly refusesStrangers?: boolean;
  /**
   * `undefined` = verify banner and EHLO only; without a password an invented login must be refused.
   */
  readonly login?: Login;
  /**
   * Directory of saslauthd's socket: the daemon that serves it must be the one that answers the
   * login.
   */
  readonly socketDirectory?: string;
  /**
   * Sent after the login and reset. A refusal is logged and is no failure: it is the policy of the
   * host.
   */
  readonly envelopes?: readonly Envelope[];
  /**
   * Also connect to this port from the operator's machine: "expected" = a port that does not answer
   * is a failure.
   */
  readonly outside?: "expected" | "told";
  /** Settings of this port that could cause a failure, one sentence each. */
  readonly suspects?: readonly string[];
  /** The advice for a kind of failure, where what was read of the host makes it more exact. */
  readonly advices?: Readonly<Partial<Record<FailureCode, string>>>;
  /** The setting that names the milters of this port, for a failure of one of them. */
  readonly milters?: string;
}

/** A sender and a recipient, and the client's EHLO name. */
export interface Envelope {
  readonly greeting: string;
  readonly sender: string;
  readonly recipient: string;
  /** The host must refuse it with this status; else the dialogue fails. */
  readonly refusedWith?: string;
}

/** The login of a dialogue. */
export interface Login {
  readonly username: string;
  readonly password?: string;
  /** Default: LOGIN. */
  readonly mechanism?: "PLAIN" | "LOGIN";
}

/** What a server must show before it receives a password. */
export interface TlsDemand {
  readonly serverName: string;
  /**
   * PEM of the authority that signed the certificate, or of the certificate itself; without it a
   * public authority must have signed.
   */
  readonly certificateAuthority?: string;
  /** SHA-256 of the only certificate that is accepted. */
  readonly fingerprint?: string;
}

/**
 * The result of a connection to a port from the operator's machine: connect, TLS and EHLO, no
 * login.
 */
export interface OutsideResult {
  readonly answers: "yes" | "no" | "not known";
  /** "port 465 answers: …", or why it does not, or why that is unknown. */
  readonly words: string;
}

/** The result of a dialogue. The transcript holds no secret. */
export interface Proof {
  readonly port: number;
  readonly banner: string;
  readonly mechanisms: readonly string[];
  /** The answer to the login, "" without a login. */
  readonly reply: string;
  /** The evidence that saslauthd answered, where it was requested. */
  readonly answeredBy?: string;
  readonly outside?: OutsideResult;
  /** Envelopes that were refused after the login, with the host's replies. */
  readonly refused?: readonly { readonly envelope: Envelope; readonly reply: string }[];
  /** The server's certificate, with TLS. */
  readonly certificate?: { readonly fingerprint: string; readonly notAfter: Date };
  /** Why STARTTLS failed on a port where only the absence of AUTH is checked. */
  readonly tlsFailure?: string;
  readonly transcript: readonly string[];
}
