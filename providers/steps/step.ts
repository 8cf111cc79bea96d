// The steps of a plan. Steps are data: a resource yields them, transaction/ applies them, and a
// test can read them.

import type { FailureCode } from "../core/failure-codes.ts";
import type { ShellText } from "../core/shell.ts";
import type { Fact } from "../facts/fact.ts";
import type { Dialogue } from "./smtp-dialogue.ts";

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
