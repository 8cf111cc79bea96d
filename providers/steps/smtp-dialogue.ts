// What an SMTP dialogue must show, what it has shown, and what a client outside the host sees.
import type { FailureCode } from "../core/failure-codes.ts";

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
   * `undefined` = verify banner and EHLO only. Without a password an invented login must be
   * refused.
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
