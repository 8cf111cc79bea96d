// The proof: a real SMTP dialogue with a port of the host, through the relay, and what it must show.
// A password travels only inside this dialogue; the transcript never holds it.
import type SMTPConnection from "nodemailer/lib/smtp-connection";
import { addressToSpeakWith, type Listener } from "../facts/listeners.ts";
import { Failure } from "../steps/failure.ts";
import type { Dialogue, Login, Proof } from "../steps/step.ts";
import type { Host } from "./host.ts";
import { listening } from "./listening.ts";
import { relayTo } from "./relay.ts";
import { clientOn, farewell, refuseOpenRelay, type Seen, settled } from "./smtp-client.ts";

/** A login that exists nowhere: saslauthd must answer and say no (535), not be unreachable (454). */
const bogus = { username: "no-such-user-of-this-host", password: "no-such-password" };

/** `found` = who listens where; it is looked at where the caller does not know it yet. */
export async function prove(host: Host, dialogue: Dialogue, found?: readonly Listener[]): Promise<Proof> {
  const address = addressToSpeakWith(found ?? (await listening(host)), dialogue.port);
  const relay = await relayTo(host, dialogue.port, address);
  const seen: Seen = { transcript: [] };
  const { transcript } = seen;
  const client = clientOn(relay.stream, dialogue, seen);
  try {
    await settled(client, (done) => client.connect(done));
    const offered = advertised(transcript);
    const wrong = wrongOffer(dialogue, transcript, offered);
    if (wrong !== undefined) throw refusal(host, dialogue, wrong, transcript);
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
      ...(seen.certificate === undefined
        ? {}
        : {
            certificate: {
              fingerprint: seen.certificate.fingerprint256,
              notAfter: new Date(seen.certificate.valid_to),
            },
          }),
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

/** What is wrong with the AUTH that is offered; `undefined` where it is as it should be. */
function wrongOffer(dialogue: Dialogue, transcript: readonly string[], offered: readonly string[]): string | undefined {
  const { port, mechanisms, startTls, noAuth } = dialogue;
  const beforeTls = transcript.slice(0, transcript.indexOf("C: STARTTLS"));
  if (noAuth !== undefined && transcript.some((line) => authLine.test(line)))
    return `AUTH MUST NOT BE OFFERED on port ${port}, and is: ${noAuth}`;
  if (startTls && beforeTls.some((line) => authLine.test(line)))
    return `AUTH IS OFFERED BEFORE TLS on port ${port}: a client could send its password in clear text`;
  const missing = mechanisms.filter((mechanism) => !offered.includes(mechanism));
  if (missing.length === 0) return undefined;
  return `EHLO offers AUTH ${offered.join(" ") || "nothing"}; ${missing.join(" ")} is missing`;
}

async function logIn(client: SMTPConnection, login: Login): Promise<string> {
  const expectRefusal = login.password === undefined;
  const auth = expectRefusal
    ? { user: bogus.username, pass: bogus.password }
    : { user: login.username, pass: login.password };
  try {
    await settled(client, (done) => client.login({ ...auth, method: login.mechanism ?? "LOGIN" }, done));
    return String(client.lastServerResponse);
  } catch (error) {
    const response = (error as { response?: string }).response;
    if (expectRefusal && response !== undefined) return response;
    throw error;
  }
}

/** `250-AUTH PLAIN LOGIN`; the form with = is for clients of the last century, and offers it no less. */
const authLine = /^S: 250[- ]AUTH[ =]/;

/** The mechanisms of the last `250-AUTH …` line. */
function advertised(transcript: readonly string[]): string[] {
  const line = transcript.findLast((text) => authLine.test(text));
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
  if (/AUTH IS OFFERED BEFORE TLS/.test(found)) return "give the service smtpd_tls_auth_only=yes";
  if (/AUTH MUST NOT BE OFFERED/.test(found))
    return "turn it off there: `postconf -X smtpd_sasl_auth_enable` or `postconf -P smtp/inet/smtpd_sasl_auth_enable=no`; where clients still log in on that port, allow it (tls.allowAuthOnPort25)";
  if (/\b535\b/.test(found) && !/exists nowhere/.test(found))
    return "the password is not the one of this user on the host, or the account is locked or expired";
  if (/\b454\b/.test(found))
    return "Postfix can not reach saslauthd: look at the socket directory, the group sasl, and journalctl -u saslauthd";
  if (/which is the one on the host/.test(found))
    return "something gives Postfix another certificate: postconf -P 'smtps/inet/smtpd_tls_*', and whether it was renewed this minute (then run `pulumi up` again)";
  if (/certificate|altname|self.signed/i.test(found))
    return "the certificate does not hold for this name and these authorities: look at tls.serverName and tls.certificateAuthority, and whether it has run out";
  return "look at the host: journalctl -u 'postfix*' and /var/log/mail.log tell why the port does not answer as it should";
}
