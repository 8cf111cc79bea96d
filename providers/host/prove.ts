// The proof: a real SMTP dialogue with a port of the host, through the relay, and what it must show.
// A password travels only inside this dialogue; the transcript never holds it.
import type SMTPConnection from "nodemailer/lib/smtp-connection";
import { Failure } from "../steps/failure.ts";
import type { Dialogue, Proof } from "../steps/step.ts";
import type { Host } from "./host.ts";
import { relayTo } from "./relay.ts";
import { clientOn, farewell, refuseOpenRelay, settled } from "./smtp-client.ts";

/** A login that exists nowhere: saslauthd must answer and say no (535), not be unreachable (454). */
const bogus = { username: "no-such-user-of-this-host", password: "no-such-password" };

export async function prove(host: Host, dialogue: Dialogue): Promise<Proof> {
  const relay = await relayTo(host, dialogue.port);
  const transcript: string[] = [];
  const client = clientOn(relay.stream, dialogue, transcript);
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
    if (dialogue.refusesStrangers) await refuseOpenRelay(client);
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

/** The mechanisms of the last `250-AUTH …` line. */
function advertised(transcript: readonly string[]): string[] {
  const line = transcript.findLast((text) => /^S: 250[- ]AUTH /.test(text));
  return line?.slice("S: 250-AUTH ".length).trim().split(/\s+/) ?? [];
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
