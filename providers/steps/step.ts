// What a plan is made of. Steps are data: a resource yields them, host/ carries them out, a test can read them.
import type { Fact } from "../facts/fact.ts";
import type { ShellText } from "./shell.ts";

/** Runs shell text as root. Its exit status only says whether to go on; what was reached is read again afterwards. */
export interface Run {
  readonly do: "run";
  readonly script: ShellText;
  /** Why, as one line for the log: "restart saslauthd: its running options differ". */
  readonly reason: string;
  /** Seconds until the connection is given up. The command goes on on the host unless it bounds itself (`timeout`, as apt does). */
  readonly timeoutSeconds?: number;
  /** What to advise when it fails. */
  readonly next?: string;
  /** What takes the change back when the proof of this operation fails. Without it nothing stays that would have to be. */
  readonly undo?: Undo;
  /** It is tried once: where it fails, the operator is warned with what it said, and all else goes on. Nothing waits for it afterwards. */
  readonly mayFail?: true;
  /** Bookkeeping of this program, not told to the user. */
  readonly quiet?: boolean;
}

/** Taken into the journal before the step. Both run in a folder of their own on the host. */
export interface Undo {
  /** Writes into that folder what the undo must know of the time before. */
  readonly remember?: ShellText;
  /** Runs behind the step, when it succeeded: writes down what was seen to be made, so that the undo takes back that and nothing else. */
  readonly confirm?: ShellText;
  /**
   * May run twice, and succeeds where there is nothing to undo. What somebody else has changed since is theirs: it is left, and told by a
   * line on standard output that begins with "kept: ".
   */
  readonly script: ShellText;
}

/** Replaces a file as a whole: temporary file beside it, owner and mode kept, synced, renamed. */
export interface WriteFile {
  readonly do: "write";
  readonly path: string;
  readonly content: Buffer;
  /** Used only for a file that does not exist yet; an existing one keeps its own. */
  readonly created: { readonly owner: string; readonly group: string; readonly mode: string };
  /**
   * The bytes that the decision was made on, or their digest where they hold a secret; another content on the host at the time of
   * writing stops the step. `undefined` = no file.
   */
  readonly expected: Buffer | { readonly sha256: string } | undefined;
  readonly reason: string;
  /** Bookkeeping of this program, not told to the user. */
  readonly quiet?: boolean;
  /** The changed lines may stand in the log: the file holds no secret. */
  readonly tellsLines?: true;
}

/** Removes a file. Absent is fine. */
export interface RemoveFile {
  readonly do: "remove";
  readonly path: string;
  /** The bytes that the decision was made on: another content on the host stops the step. Without it any content goes. */
  readonly expected?: Buffer | { readonly sha256: string };
  readonly reason: string;
  /** Bookkeeping of this program, not told to the user. */
  readonly quiet?: boolean;
}

/** Waits until a fact holds, asking again every quarter of a second. */
export interface WaitFor {
  readonly do: "wait";
  readonly until: Fact<boolean>;
  readonly what: string;
  readonly timeoutSeconds: number;
  readonly next: string;
  /** Asked when it has not come about: what the host itself says of it. */
  readonly why?: Fact<readonly string[]>;
}

/** Speaks SMTP with a port of the host, through the SSH connection. */
export interface Prove {
  readonly do: "prove";
  readonly dialogue: Dialogue;
  readonly reason: string;
}

/** Carries out `steps`, then `afterwards` whether they succeeded or not: for what is only borrowed. */
export interface RunTemporarily {
  readonly do: "temporarily";
  readonly steps: readonly Step[];
  readonly afterwards: readonly Step[];
  readonly reason: string;
}

export type Step = Run | WriteFile | RemoveFile | WaitFor | Prove | RunTemporarily;

/** What an SMTP dialogue must show. */
export interface Dialogue {
  readonly port: number;
  /** TLS, from the first byte (RFC 8314) unless `startTls` says otherwise, with what the certificate must satisfy. */
  readonly tls?: TlsDemand;
  /** TLS begins with STARTTLS (RFC 3207), and before it no AUTH may be offered. */
  readonly startTls?: boolean;
  /** Mechanisms that EHLO must offer; with a login these and no others. */
  readonly mechanisms: readonly string[];
  /** AUTH must not be offered, before STARTTLS or after it. The text says where it may come from. */
  readonly noAuth?: string;
  /** Without a login, mail to elsewhere must be refused: otherwise this is an open relay. */
  readonly refusesStrangers?: boolean;
  /** `undefined` = look at banner and EHLO only; without a password a bogus login must be refused. */
  readonly login?: Login;
  /** Directory of saslauthd's socket: the daemon behind it must be the one that answers the login. */
  readonly answeredBy?: string;
  /** Named after the login and taken back. A refusal is told and is no failure: it is the policy of the host. */
  readonly envelopes?: readonly Envelope[];
  /** Look at this port from the operator's machine, too: nobody there is a failure where somebody is expected. */
  readonly outside?: "expected" | "told";
  /** Settings of this port that could be the reason when it fails, one sentence each. */
  readonly suspects?: readonly string[];
}

/** A sender and a recipient, and the name under which the client greets. */
export interface Envelope {
  readonly greeting: string;
  readonly sender: string;
  readonly recipient: string;
}

/** A login that is tried. */
export interface Login {
  readonly username: string;
  readonly password?: string;
  /** LOGIN unless it says otherwise. */
  readonly mechanism?: "PLAIN" | "LOGIN";
}

/** What a server must show before a password is sent to it. */
export interface TlsDemand {
  readonly serverName: string;
  /** PEM of who signed the certificate, or of the certificate itself; without it a public authority must have signed. */
  readonly certificateAuthority?: string;
  /** SHA-256 of the only certificate that will do. */
  readonly fingerprint?: string;
}

/** A look at a port from the operator's machine: connect, TLS and EHLO, no login. */
export interface OutsideLook {
  readonly answers: "yes" | "no" | "not known";
  /** "port 465 answers: …", or why it does not, or why that is not known. */
  readonly words: string;
}

/** What a dialogue showed. The transcript holds no secret. */
export interface Proof {
  readonly port: number;
  readonly banner: string;
  readonly mechanisms: readonly string[];
  /** The answer to the login, "" where there was none. */
  readonly reply: string;
  /** How it is known that saslauthd answered, where that was asked for. */
  readonly answeredBy?: string;
  readonly outside?: OutsideLook;
  /** Envelopes that were refused after the login, with the host's words. */
  readonly refused?: readonly { readonly envelope: Envelope; readonly reply: string }[];
  /** The server's certificate, where there was TLS. */
  readonly certificate?: { readonly fingerprint: string; readonly notAfter: Date };
  readonly transcript: readonly string[];
}
