// One SMTP dialogue with a port of the host, over a byte stream through SSH, and what it must show. A password
// is sent only inside it, and the transcript never holds one.
import type SMTPConnection from "nodemailer/lib/smtp-connection";
import { Failure } from "../core/failure.ts";
import { addressToConnect, type Listener } from "../facts/listeners.ts";
import { proxyParameters, setInMain } from "../facts/postconf.ts";
import type { Dialogue, Proof } from "../steps/smtp-dialogue.ts";
import type { Host } from "./host.ts";
import { openPortStream } from "./port-stream.ts";
import { DemandNotMet, failureOf } from "./proof-failure.ts";
import {
  clientOn,
  completed,
  OpenRelay,
  quit,
  type Seen,
  SenderAccepted,
  tryEnvelopes,
  tryToRelay,
} from "./smtp-client.ts";

/** A dialogue to run now; with `inventedLogin` that login is sent in the place of the real one. */
export interface DialogueRun extends Dialogue {
  /** The listening sockets of the host, as read before. */
  readonly listeners: readonly Listener[];
  /** A login that must be refused. */
  readonly inventedLogin?: { readonly username: string; readonly password: string };
}

/**
 * Runs the dialogue and returns what was observed. Whatever is not as demanded throws a `Failure`
 * that quotes the host's own messages.
 */
export async function runDialogue(host: Host, dialogue: DialogueRun): Promise<Proof> {
  const startedAt = performance.now();
  const seen: Seen = { transcript: [], refused: [] };
  try {
    return await runDialogueOn(host, dialogue, seen).catch(async (error) => {
      // A port that waits for a PROXY header answers only 421 after a while.
      const silent = seen.transcript.every((line) => line.startsWith("S: 421"));
      if (error instanceof Failure || !silent || !(await standsBehindProxy(host))) throw error;
      seen.transcript.length = 0;
      return await runDialogueOn(host, dialogue, seen, proxyLine(dialogue.port));
    });
  } catch (error) {
    if (error instanceof Failure) throw error;
    const kind = kindOf(error as Error, seen, dialogue);
    throw await failureOf(host, dialogue, { error: kind, transcript: seen.transcript, startedAt });
  }
}

async function standsBehindProxy(host: Host): Promise<boolean> {
  const { inMain } = await host.ask({ inMain: setInMain(proxyParameters) });
  return Object.values(inMain).includes("haproxy");
}

/**
 * The PROXY header that a proxy sends before its client's data, here for a client on the host
 * itself (proxy-protocol.txt of HAProxy, 2.1).
 */
function proxyLine(port: number): string {
  return `PROXY TCP4 127.0.0.1 127.0.0.1 ${port} ${port}\r\n`;
}

async function runDialogueOn(host: Host, dialogue: DialogueRun, seen: Seen, first = ""): Promise<Proof> {
  const relay = await openPortStream(host, dialogue.port, addressToConnect(dialogue.listeners, dialogue.port));
  if (first !== "") relay.stream.write(first);
  const { transcript } = seen;
  const client = clientOn(relay.stream, dialogue, seen);
  try {
    const tlsFailure = await completed(client, (done) => client.connect(done)).then(
      () => undefined,
      (error: Error) => brokenStartTls(dialogue, transcript, error),
    );
    const offered = advertised(transcript);
    refuseOffer(dialogue, transcript, offered);
    if (dialogue.refusesStrangers) await tryToRelay(client);
    const reply = await logIn(client, dialogue);
    if (dialogue.inventedLogin === undefined && (dialogue.envelopes ?? []).length > 0) await tryEnvelopes(client);
    if (tlsFailure === undefined) await quit(client);
    return {
      port: dialogue.port,
      banner: transcript.find((line) => line.startsWith("S: 220")) ?? "",
      mechanisms: offered,
      reply,
      ...(seen.refused.length === 0 ? {} : { refused: seen.refused }),
      ...certificateOf(seen),
      ...(tlsFailure === undefined ? {} : { tlsFailure }),
      transcript,
    };
  } finally {
    client.close();
    relay.close();
  }
}

/**
 * The message of a STARTTLS that failed where only the absence of AUTH is checked: no client gets
 * any AUTH behind it, and the certificate of port 25 is not this program's business.
 * Any other error is thrown.
 */
function brokenStartTls({ noAuth }: DialogueRun, transcript: readonly string[], error: Error): string {
  if (noAuth === undefined || transcript.at(-2) !== "C: STARTTLS" || !transcript.at(-1)?.startsWith("S: 220"))
    throw error;
  return error.message;
}

function certificateOf({ certificate }: Seen): Pick<Proof, "certificate"> {
  if (certificate === undefined) return {};
  return {
    certificate: { fingerprint: certificate.fingerprint256, notAfter: new Date(certificate.valid_to) },
  };
}

/** Throws where the offered AUTH is wrong. */
function refuseOffer(dialogue: DialogueRun, transcript: readonly string[], offered: readonly string[]): void {
  const { port, mechanisms, startTls, noAuth, login } = dialogue;
  const beforeTls = transcript.slice(0, transcript.indexOf("C: STARTTLS"));
  if (noAuth !== undefined && transcript.some((line) => authLine.test(line)))
    throw new DemandNotMet("auth-not-wanted", `AUTH MUST NOT BE OFFERED on port ${port}, and is: ${noAuth}`);
  if (startTls && beforeTls.some((line) => authLine.test(line)))
    throw new DemandNotMet(
      "auth-before-tls",
      `AUTH IS OFFERED BEFORE TLS on port ${port}: a client could send its password in clear text`,
    );
  const missing = mechanisms.filter((mechanism) => !offered.includes(mechanism));
  if (missing.length > 0)
    throw new DemandNotMet(
      "auth-missing",
      `EHLO offers AUTH ${offered.join(" ") || "nothing"}; ${missing.join(" ")} is missing`,
    );
  const more = login === undefined ? [] : offered.filter((mechanism) => !mechanisms.includes(mechanism));
  if (more.length > 0)
    throw new DemandNotMet(
      "auth-too-much",
      `EHLO offers AUTH ${offered.join(" ")}; ${more.join(" ")} is more than mech_list has, and saslauthd cannot serve it`,
    );
}

async function logIn(client: SMTPConnection, { login, inventedLogin }: DialogueRun): Promise<string> {
  if (login === undefined) return "";
  const { username, password } = inventedLogin ?? login;
  const auth = { user: username, pass: password, method: login.mechanism ?? "LOGIN" };
  const answer = await completed(client, (done) => client.login(auth, done)).then(
    () => String(client.lastServerResponse),
    (error: Error & { response?: string }) => {
      if (inventedLogin === undefined || error.response === undefined) throw error;
      return error.response;
    },
  );
  if (inventedLogin === undefined || refusal.test(answer)) return answer;
  throw new DemandNotMet(
    temporary.test(answer) ? "saslauthd-unreachable" : "not-by-saslauthd",
    `a login that exists nowhere was answered with "${answer}" and not with 535`,
  );
}

/** With `soft_bounce` each refusal begins with 4 (postconf(5)). */
const refusal = /^[45]35\b/;

/** RFC 4954, 6: temporary authentication failure. */
const temporary = /^454\b/;

/** `250-AUTH PLAIN LOGIN`. The form with `=` is for obsolete clients and offers AUTH as well. */
const authLine = /^S: 250[- ]AUTH[ =]/;

/** The mechanisms of the last `250-AUTH …` line. */
function advertised(transcript: readonly string[]): string[] {
  const line = transcript.findLast((text) => authLine.test(text));
  return line?.slice("S: 250-AUTH ".length).trim().split(/\s+/) ?? [];
}

interface ClientError extends Error {
  readonly code?: string;
  readonly responseCode?: number;
  readonly originalCode?: string;
}

/**
 * Converts an error of the client library. The answer does not say who refused a login; the log
 * does.
 */
function kindOf(error: ClientError, seen: Seen, { tls, login }: DialogueRun): Error {
  const { message, responseCode, code, originalCode = code } = error;
  if (error instanceof DemandNotMet) return error;
  if (error instanceof OpenRelay) return new DemandNotMet("open-relay", message);
  if (error instanceof SenderAccepted) return new DemandNotMet("sender-not-checked", message);
  if (seen.complaint === "another certificate") return new DemandNotMet("other-certificate", message);
  if (seen.complaint === "name" || (tls !== undefined && certificateCodes.test(originalCode ?? "")))
    return new DemandNotMet("certificate-not-trusted", message);
  if (login !== undefined && code === "EAUTH" && responseCode === 454)
    return new DemandNotMet("saslauthd-unreachable", message);
  if (login !== undefined && code === "EAUTH") return new DemandNotMet("proof-login-refused", message);
  return error;
}

/**
 * Node's names for OpenSSL's verification errors (crypto/crypto_common.cc, X509_V_ERR_*), and for a
 * name that does not match.
 */
const certificateCodes =
  /^(UNABLE_TO_(GET|DECRYPT|DECODE|VERIFY)_|DEPTH_ZERO_|SELF_SIGNED_|CERT_|CRL_|ERROR_IN_C|INVALID_(CA|PURPOSE)|PATH_LENGTH_|HOSTNAME_MISMATCH|ERR_TLS_CERT_)/;
