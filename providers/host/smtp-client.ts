// A stock SMTP client on a byte stream, with a transcript that never holds a password.
import type { Duplex } from "node:stream";
import type { PeerCertificate } from "node:tls";
import SMTPConnection from "nodemailer/lib/smtp-connection";
import type { Dialogue, Envelope } from "../steps/step.ts";
import { type TlsComplaint, tlsOptions } from "./tls-options.ts";

/** Longer than a slow reverse look-up of the client's address on the host, which delays the banner. */
const patienceSeconds = 45;

/** An address literal: a greeting that is right whatever a list asks of names (RFC 5321, 4.1.3). */
export const greeting = "[127.0.0.1]";

/** What was seen of the other side besides its words. */
export interface Seen {
  readonly transcript: string[];
  certificate?: PeerCertificate;
  /** Why the certificate will not do, where it is we who said so. */
  complaint?: TlsComplaint;
  refused: { envelope: Envelope; reply: string }[];
}

/** A client on the stream, not greeted yet. What is said on both sides is added to the transcript. */
export function clientOn(stream: Duplex, dialogue: Dialogue, seen: Seen): SMTPConnection {
  const { transcript } = seen;
  return new SMTPConnection({
    connection: stream as never,
    name: greeting,
    ...tlsOptions(dialogue, seen),
    greetingTimeout: patienceSeconds * 1000,
    connectionTimeout: patienceSeconds * 1000,
    transactionLog: true,
    customAuth: {
      [stranger]: plainly(transcript, askToRelay) as never,
      [user]: plainly(transcript, (speak) => nameEnvelopes(speak, dialogue.envelopes ?? [], seen.refused)) as never,
    },
    logger: scribe(transcript) as never,
  });
}

/** Settles on the callback, an error event, or the end of the stream, whichever is first: none may leave `up` waiting. */
export function completed(
  client: SMTPConnection,
  start: (done: (error?: Error | null) => void) => void,
): Promise<void> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(
      () =>
        reject(
          new Error(
            `no answer within ${patienceSeconds * 2} s; a dead name server in the host's resolv.conf delays every SMTP session`,
          ),
        ),
      patienceSeconds * 2000,
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

/** Asks whether a stranger's mail to elsewhere is taken, and rejects with an `OpenRelay` when it is. */
export function refuseOpenRelay(client: SMTPConnection): Promise<void> {
  return completed(client, (done) => client.login({ method: stranger }, done));
}

/** Names the envelopes of the dialogue, after the login, and takes each back: no mail is sent. */
export function tryEnvelopes(client: SMTPConnection): Promise<void> {
  return completed(client, (done) => client.login({ method: user }, done));
}

/** Says QUIT and waits a little for the answer. */
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

/** Names of the "mechanisms" under which the library lets us speak plain commands; they are never sent. */
const stranger = "STRANGER";
const user = "USER";

/** A stranger's mail to elsewhere is taken. */
export class OpenRelay extends Error {}

interface Commands {
  sendCommand(command: string): Promise<{ status: number; response: string }>;
  resolve(): void;
  reject(error: Error): void;
}

type Speak = (command: string) => Promise<{ status: number; response: string }>;

/** Plain commands in the place of a login. */
function plainly(transcript: string[], say: (speak: Speak) => Promise<void>) {
  return async ({ sendCommand, resolve, reject }: Commands): Promise<void> => {
    const speak = async (command: string) => {
      const at = transcript.length;
      const reply = await sendCommand(command);
      // the library hides what a custom mechanism says; here there is nothing to hide
      transcript[at] = `C: ${command}`;
      return reply;
    };
    await say(speak).then(resolve, reject);
  };
}

/** Asks to relay from one foreign domain to another (RFC 2606 names, so nobody could be bothered), and takes it back. */
async function askToRelay(speak: Speak): Promise<void> {
  const sender = await speak("MAIL FROM:<stranger@example.org>");
  const recipient = sender.status < 400 ? await speak("RCPT TO:<stranger@example.net>") : sender;
  await speak("RSET");
  if (recipient.status < 400)
    throw new OpenRelay(`OPEN RELAY: mail from a stranger to a stranger was answered with "${recipient.response}"`);
}

async function nameEnvelopes(speak: Speak, envelopes: readonly Envelope[], refused: Seen["refused"]): Promise<void> {
  let greeted = greeting;
  for (const envelope of envelopes) {
    if (envelope.greeting !== greeted) await speak(`EHLO ${envelope.greeting}`);
    greeted = envelope.greeting;
    const sender = await speak(`MAIL FROM:<${envelope.sender}>`);
    const last = sender.status < 400 ? await speak(`RCPT TO:<${envelope.recipient}>`) : sender;
    await speak("RSET");
    if (last.status >= 400) refused.push({ envelope, reply: last.response });
  }
}

/** What the library logs in the place of a password, in base64 like the password itself. */
const maskedPassword = Buffer.from("/* secret */").toString("base64");

/** The same for AUTH PLAIN, where the user's name stands in front of it. */
const maskedPlain = /^AUTH PLAIN (\S+)$/;

/** A logger in the shape that the library wants (bunyan); keeps client and server lines, the library has masked the secret ones. */
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
