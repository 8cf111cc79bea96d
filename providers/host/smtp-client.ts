// A stock SMTP client on a byte stream, with a transcript that never holds a password.
import type { Duplex } from "node:stream";
import type { PeerCertificate } from "node:tls";
import SMTPConnection from "nodemailer/lib/smtp-connection";
import type { Dialogue } from "../steps/step.ts";
import { tlsOptions } from "./tls-options.ts";

/** Longer than a slow reverse look-up of the client's address on the host, which delays the banner. */
const patienceSeconds = 45;

/** What was seen of the other side besides its words. */
export interface Seen {
  readonly transcript: string[];
  certificate?: PeerCertificate;
}

/** A client on the stream, not greeted yet. What is said on both sides is added to the transcript. */
export function clientOn(stream: Duplex, dialogue: Dialogue, seen: Seen): SMTPConnection {
  const { transcript } = seen;
  return new SMTPConnection({
    connection: stream as never,
    name: "localhost",
    ...tlsOptions(dialogue, (certificate) => {
      seen.certificate = certificate;
    }),
    greetingTimeout: patienceSeconds * 1000,
    connectionTimeout: patienceSeconds * 1000,
    transactionLog: true,
    customAuth: { [stranger]: askToRelay(transcript) as never },
    logger: scribe(transcript) as never,
  });
}

/** Settles on the callback, an error event, or the end of the stream, whichever is first: none may leave `up` waiting. */
export function settled(client: SMTPConnection, start: (done: (error?: Error | null) => void) => void): Promise<void> {
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

/** Asks whether a stranger's mail to elsewhere is taken, and rejects when it is. */
export function refuseOpenRelay(client: SMTPConnection): Promise<void> {
  return settled(client, (done) => client.login({ method: stranger }, done));
}

/** Says QUIT and waits a little for the answer. */
export async function farewell(client: SMTPConnection): Promise<void> {
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

/** Name of the "mechanism" under which the library lets us speak plain commands; it is never sent. */
const stranger = "STRANGER";

interface Commands {
  sendCommand(command: string): Promise<{ status: number; response: string }>;
  resolve(): void;
  reject(error: Error): void;
}

/** Asks to relay from one foreign domain to another (RFC 2606 names, so nobody could be bothered), and takes it back. */
function askToRelay(transcript: string[]) {
  return async ({ sendCommand, resolve, reject }: Commands): Promise<void> => {
    const speak = async (command: string) => {
      const at = transcript.length;
      const reply = await sendCommand(command);
      // the library hides what a custom mechanism says; here there is nothing to hide
      transcript[at] = `C: ${command}`;
      return reply;
    };
    const sender = await speak("MAIL FROM:<stranger@example.org>");
    const recipient = sender.status < 400 ? await speak("RCPT TO:<stranger@example.net>") : sender;
    await speak("RSET");
    if (recipient.status >= 400) resolve();
    else reject(new Error(`OPEN RELAY: mail from a stranger to a stranger was answered with "${recipient.response}"`));
  };
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
