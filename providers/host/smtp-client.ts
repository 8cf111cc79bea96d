// A stock SMTP client on a byte stream, with a transcript that never holds a password.
import type { Duplex } from "node:stream";
import type { PeerCertificate } from "node:tls";
import SMTPConnection from "nodemailer/lib/smtp-connection";
import type { Dialogue, Envelope } from "../steps/smtp-dialogue.ts";
import { type TlsComplaint, tlsOptions } from "./tls-options.ts";

/**
 * Seconds to wait: longer than a slow reverse look-up of the client's address on the host, which
 * delays the banner.
 */
const timeoutSeconds = 45;

/**
 * An address literal, which is a valid greeting whatever a restriction demands of names (RFC 5321,
 * 4.1.3).
 */
export const greeting = "[127.0.0.1]";

/** What was observed of the server besides its replies. */
export interface Seen {
  readonly transcript: string[];
  certificate?: PeerCertificate;
  /** Why the certificate is refused, where this program decided it. */
  complaint?: TlsComplaint;
  refused: { envelope: Envelope; reply: string }[];
}

/**
 * A client on the stream that has sent no greeting yet. Both sides of the dialogue are added to the
 * transcript.
 */
export function clientOn(stream: Duplex, dialogue: Dialogue, seen: Seen): SMTPConnection {
  const { transcript } = seen;
  return new SMTPConnection({
    connection: stream as never,
    name: greeting,
    ...tlsOptions(dialogue, seen),
    greetingTimeout: timeoutSeconds * 1000,
    connectionTimeout: timeoutSeconds * 1000,
    transactionLog: true,
    customAuth: {
      [strangerMechanism]: plainCommands(transcript, askToRelay) as never,
      [envelopeMechanism]: plainCommands(transcript, (send) =>
        nameEnvelopes(send, dialogue.envelopes ?? [], seen.refused),
      ) as never,
    },
    logger: scribe(transcript) as never,
  });
}

/**
 * Settles on the callback, an error event, or the end of the stream, whichever comes first, so that
 * `up` never waits for ever.
 */
export function completed(
  client: SMTPConnection,
  start: (done: (error?: Error | null) => void) => void,
): Promise<void> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(
      () =>
        reject(
          new Error(
            `no answer within ${timeoutSeconds * 2} s; a dead name server in the host's resolv.conf delays every SMTP session`,
          ),
        ),
      timeoutSeconds * 2000,
    );
    const finish = (error?: Error | null) => {
      clearTimeout(timer);
      client.removeListener("error", finish);
      client.removeListener("end", ended);
      if (error) reject(error);
      else resolve();
    };
    const ended = () => finish(new Error("the server closed the connection"));
    client.on("error", finish);
    client.on("end", ended);
    start(finish);
  });
}

/**
 * Asks whether an unauthenticated client's mail to a foreign domain is accepted, and rejects with
 * an `OpenRelay` if it is.
 */
export function tryToRelay(client: SMTPConnection): Promise<void> {
  return completed(client, (done) => client.login({ method: strangerMechanism }, done));
}

/** Tries the envelopes of the dialogue after the login, and resets each: no mail is sent. */
export function tryEnvelopes(client: SMTPConnection): Promise<void> {
  return completed(client, (done) => client.login({ method: envelopeMechanism }, done));
}

/** Sends QUIT and waits briefly for the answer. */
export async function quit(client: SMTPConnection): Promise<void> {
  await new Promise<void>((resolve) => {
    const timer = setTimeout(resolve, 2000);
    client.once("end", () => {
      clearTimeout(timer);
      resolve();
    });
    client.once("error", () => {});
    client.quit();
  });
}

/**
 * Names of the "mechanisms" under which the library lets this program send plain commands. The
 * names are never sent.
 */
const strangerMechanism = "STRANGER";
const envelopeMechanism = "ENVELOPES";

/** The server accepts an unauthenticated client's mail to a foreign domain. */
export class OpenRelay extends Error {}

/** The server did not refuse a sender that does not belong to the login. */
export class SenderAccepted extends Error {}

interface Commands {
  sendCommand(command: string): Promise<{ status: number; response: string }>;
  resolve(): void;
  reject(error: Error): void;
}

type Send = (command: string) => Promise<{ status: number; response: string }>;

/** Sends plain commands in the place of a login. */
function plainCommands(transcript: string[], say: (send: Send) => Promise<void>) {
  return async ({ sendCommand, resolve, reject }: Commands): Promise<void> => {
    const send = async (command: string) => {
      const at = transcript.length;
      const reply = await sendCommand(command);
      // The library masks the commands of a custom mechanism; these hold no secret.
      transcript[at] = `C: ${command}`;
      return reply;
    };
    await say(send).then(resolve, reject);
  };
}

/**
 * Asks to relay from one foreign domain to another, and resets the transaction. The names are
 * reserved (RFC 2606), so nobody can be affected.
 */
async function askToRelay(send: Send): Promise<void> {
  const sender = await send("MAIL FROM:<stranger@example.org>");
  const recipient = sender.status < 400 ? await send("RCPT TO:<stranger@example.net>") : sender;
  await send("RSET");
  if (recipient.status < 400)
    throw new OpenRelay(
      `OPEN RELAY: without a login, mail from stranger@example.org to stranger@example.net was taken: "${recipient.response}"`,
    );
}

async function nameEnvelopes(send: Send, envelopes: readonly Envelope[], refused: Seen["refused"]): Promise<void> {
  let greeted = greeting;
  for (const envelope of envelopes) {
    if (envelope.greeting !== greeted) await send(`EHLO ${envelope.greeting}`);
    greeted = envelope.greeting;
    const sender = await send(`MAIL FROM:<${envelope.sender}>`);
    const last = sender.status < 400 ? await send(`RCPT TO:<${envelope.recipient}>`) : sender;
    await send("RSET");
    if (envelope.refusedWith !== undefined) demandRefusal(envelope, last.response);
    else if (last.status >= 400) refused.push({ envelope, reply: last.response });
  }
}

/** With `soft_bounce` each refusal begins with 4 (postconf(5)). */
function demandRefusal({ sender, refusedWith = "" }: Envelope, reply: string): void {
  if (reply.startsWith(refusedWith) || reply.startsWith(refusedWith.replace(/^5/, "4"))) return;
  throw new SenderAccepted(
    `a login may send only as itself, and mail from ${sender}, which is somebody else, was answered with "${reply}" and not with ${refusedWith}`,
  );
}

/** What the library logs in the place of a password, in base64 like the password itself. */
const maskedPassword = Buffer.from("/* secret */").toString("base64");

/** The same for AUTH PLAIN, where the user's name precedes it. */
const maskedPlain = /^AUTH PLAIN (\S+)$/;

/**
 * A logger of the form that the library expects (bunyan). It keeps the client's and server's lines,
 * in which the library has masked secrets.
 */
function scribe(transcript: string[]) {
  const record = (entry: { tnx?: string }, message: string, ...values: unknown[]) => {
    const side = entry.tnx === "client" ? "C" : entry.tnx === "server" ? "S" : undefined;
    if (side === undefined) return;
    const text = values.length > 0 && message.includes("%s") ? message.replace("%s", String(values[0])) : message;
    for (const line of text.split(/\r?\n/)) if (line !== "") transcript.push(`${side}: ${readable(line)}`);
  };
  return { trace: record, debug: record, info: record, warn: record, error: record, fatal: record, level: () => {} };
}

function readable(line: string): string {
  if (line === maskedPassword) return "(the password)";
  return maskedPlain.test(line) ? "AUTH PLAIN (user and password)" : line;
}
