// The proof: a real SMTP dialogue with a port of the host, spoken by a stock client library through the relay.
// A password travels only inside this dialogue; the transcript never holds it.
import SMTPConnection from "nodemailer/lib/smtp-connection";
import { Failure } from "../steps/failure.ts";
import type { Dialogue, Proof } from "../steps/step.ts";
import type { Host } from "./host.ts";
import { relayTo } from "./relay.ts";

/** Longer than a slow reverse look-up of the client's address on the host, which delays the banner. */
const patienceSeconds = 45;

/** A login that exists nowhere: saslauthd must answer and say no (535), not be unreachable (454). */
const bogus = { username: "no-such-user-of-this-host", password: "no-such-password" };

export async function prove(host: Host, dialogue: Dialogue): Promise<Proof> {
  const relay = await relayTo(host, dialogue.port);
  const transcript: string[] = [];
  const client = new SMTPConnection({
    connection: relay.stream as never,
    name: "localhost",
    ...(dialogue.tls === undefined
      ? { ignoreTLS: true }
      : {
          secure: true,
          tls: { servername: dialogue.tls.serverName, minVersion: "TLSv1.2", ca: dialogue.tls.certificateAuthority },
        }),
    greetingTimeout: patienceSeconds * 1000,
    connectionTimeout: patienceSeconds * 1000,
    transactionLog: true,
    customAuth: { [stranger]: askToRelay(transcript) as never },
    logger: scribe(transcript) as never,
  });
  try {
    await settled(client, (done) => client.connect(done));
    const offered = advertised(transcript);
    const missing = dialogue.mechanisms.filter((mechanism) => !offered.includes(mechanism));
    if (missing.length > 0) {
      throw refusal(
        host,
        dialogue,
        `EHLO offers AUTH ${offered.join(" ") || "nothing"}; ${missing.join(" ")} is missing`,
        transcript,
      );
    }
    if (dialogue.refusesStrangers) await refuseOpenRelay(host, client, dialogue, transcript);
    const reply = dialogue.login === undefined ? "" : await logIn(client, dialogue.login);
    if (dialogue.login?.password === undefined && dialogue.login !== undefined && !reply.startsWith("535")) {
      throw refusal(
        host,
        dialogue,
        `a login that exists nowhere was answered with "${reply}" and not with 535`,
        transcript,
      );
    }
    await farewell(client);
    return {
      port: dialogue.port,
      banner: transcript.find((line) => line.startsWith("S: 220")) ?? "",
      mechanisms: offered,
      reply,
      transcript,
    };
  } catch (error) {
    if (error instanceof Failure) throw error;
    throw refusal(host, dialogue, (error as Error).message, transcript, error);
  } finally {
    client.close();
    relay.close();
  }
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

async function refuseOpenRelay(
  host: Host,
  client: SMTPConnection,
  dialogue: Dialogue,
  transcript: readonly string[],
): Promise<void> {
  try {
    await settled(client, (done) => client.login({ method: stranger }, done));
  } catch (error) {
    throw refusal(host, dialogue, (error as Error).message, transcript, error);
  }
}

async function logIn(client: SMTPConnection, login: { username: string; password?: string }): Promise<string> {
  const expectRefusal = login.password === undefined;
  const auth = expectRefusal
    ? { user: bogus.username, pass: bogus.password }
    : { user: login.username, pass: login.password };
  try {
    await settled(client, (done) => client.login({ ...auth, method: "LOGIN" }, done));
    return String(client.lastServerResponse);
  } catch (error) {
    const response = (error as { response?: string }).response;
    if (expectRefusal && response !== undefined) return response;
    throw error;
  }
}

/** Settles on the callback, an error event, or the end of the stream, whichever is first: none may leave `up` waiting. */
function settled(client: SMTPConnection, start: (done: (error?: Error | null) => void) => void): Promise<void> {
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

async function farewell(client: SMTPConnection): Promise<void> {
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

/** The mechanisms of the last `250-AUTH …` line. */
function advertised(transcript: readonly string[]): string[] {
  const line = transcript.findLast((text) => /^S: 250[- ]AUTH /.test(text));
  return line?.slice("S: 250-AUTH ".length).trim().split(/\s+/) ?? [];
}

/** What the library logs in the place of a password, in base64 like the password itself. */
const maskedPassword = Buffer.from("/* secret */").toString("base64");

/** A logger in the shape that the library wants (bunyan); keeps client and server lines, the library has masked the secret ones. */
function scribe(transcript: string[]) {
  const record = (entry: { tnx?: string }, message: string, ...values: unknown[]) => {
    const side = entry.tnx === "client" ? "C" : entry.tnx === "server" ? "S" : undefined;
    if (side === undefined) return;
    const text = values.length > 0 && message.includes("%s") ? message.replace("%s", String(values[0])) : message;
    for (const line of text.split(/\r?\n/))
      if (line !== "") transcript.push(`${side}: ${line === maskedPassword ? "(the password)" : line}`);
  };
  return { trace: record, debug: record, info: record, warn: record, error: record, fatal: record, level: () => {} };
}

function refusal(
  host: Host,
  dialogue: Dialogue,
  found: string,
  transcript: readonly string[],
  cause?: unknown,
): Failure {
  const story = transcript.length === 0 ? "the server said nothing" : transcript.join("\n    ");
  return new Failure(
    {
      tried: `speak SMTP with port ${dialogue.port} of ${host.name}${dialogue.login?.password === undefined ? "" : ` and log in as ${dialogue.login.username}`}`,
      found: `${found}\n    ${story}`,
      next: advice(found),
    },
    { cause },
  );
}

function advice(found: string): string {
  if (/OPEN RELAY/.test(found)) return "give the service smtpd_relay_restrictions=permit_sasl_authenticated,reject";
  if (/\b535\b/.test(found) && !/exists nowhere/.test(found))
    return "the password is not the one of this user on the host, or the account is locked or expired";
  if (/\b454\b/.test(found))
    return "Postfix can not reach saslauthd: look at the socket directory, the group sasl, and journalctl -u saslauthd";
  if (/certificate|altname|self.signed/i.test(found))
    return "the certificate does not hold for this name: look at tls.certificateFile and tls.serverName";
  return "look at the host: journalctl -u 'postfix*' and /var/log/mail.log tell why the port does not answer as it should";
}
