// The message of a failed proof: the host's own messages, where they can be read, and advice that
// follows from the kind of failure.

import { Failure } from "../core/failure.ts";
import type { FailureCode } from "../core/failure-codes.ts";
import { complaintsOfPostfix, type LogRow, logKnowsSaslauthd, logOfTheLast } from "../facts/host-log.ts";
import { failedMilters, isMilterAnswer } from "../facts/milter.ts";
import { refusalOf, wordsOfSaslauthd } from "../facts/saslauthd-trace.ts";
import type { Dialogue } from "../steps/step.ts";
import type { Host } from "./host.ts";

/** What the dialogue showed is not what it had to show; `code` says which demand. */
export class DemandNotMet extends Error {
  readonly code: ProofCode;

  constructor(code: ProofCode, found: string) {
    super(found);
    this.code = code;
  }
}

const advices = {
  "open-relay": "give the service smtpd_relay_restrictions=permit_sasl_authenticated,reject",
  "auth-before-tls": "give the service smtpd_tls_auth_only=yes",
  "auth-not-wanted":
    "turn it off there: `postconf -X smtpd_sasl_auth_enable` or `postconf -P smtp/inet/smtpd_sasl_auth_enable=no`; where clients still log in on that port, allow it (tls.allowAuthOnPort25)",
  "auth-missing":
    "look at what main.cf and the service's own options say of SASL (postconf -n, postconf -P), and at mech_list in /etc/postfix/sasl/smtpd.conf",
  "auth-too-much":
    "Postfix reads another mech_list than the one in /etc/postfix/sasl/smtpd.conf: look at smtpd_sasl_type, smtpd_sasl_path and cyrus_sasl_config_path of the service (postconf -P) and in main.cf (postconf -n)",
  "refused-by-saslauthd":
    "the password is not the one of this user on the host, or the account is locked or expired: the host's words above say which",
  "proof-login-refused":
    "whether it was saslauthd that said no could not be read in the host's log (journalctl -t saslauthd, /var/log/auth.log): if it was, user and password are not right there",
  "saslauthd-unreachable":
    "Postfix cannot reach saslauthd: look at the socket directory, the group sasl, and journalctl -u saslauthd",
  "milter-unreachable":
    "start that milter on the host, or take it out of the setting; until then Postfix refuses every command on this port (milter_default_action, postconf(5)), whatever saslauthd would say",
  "sender-not-checked":
    "look at smtpd_sender_restrictions and smtpd_sender_login_maps of the service (postconf -P): senderDomains sets both, options of the same name go before them",
  "not-by-saslauthd":
    "let the service ask saslauthd: smtpd_sasl_type=cyrus, smtpd_sasl_path=smtpd, cyrus_sasl_config_path=/etc/postfix/sasl, and pwcheck_method: saslauthd in /etc/postfix/sasl/smtpd.conf",
  "other-saslauthd":
    "the chroot column of the service and saslauthd's -m must lead to the same socket: y goes with a directory inside /var/spool/postfix, n with /var/run/saslauthd",
  "other-certificate":
    "something gives Postfix another certificate: postconf -P | grep smtpd_tls_, tls_server_sni_maps in main.cf, and whether it was renewed this minute (then run `pulumi up` again)",
  "not-from-outside": "look for a firewall between this machine and the host, and for inet_interfaces in main.cf",
  "certificate-not-trusted":
    "the certificate does not hold for this name and these authorities: look at tls.serverName and tls.certificateAuthority, and whether it has run out",
  "saslauthd-not-proved": "let saslauthd write into the journal or /var/log/auth.log, then run `pulumi up` again",
  "port-not-answering":
    "look at the host: journalctl -u 'postfix*' and /var/log/mail.log tell why the port does not answer as it should",
} satisfies Partial<Record<FailureCode, string>>;

/** A code that a dialogue may fail with: each has its advice. */
type ProofCode = keyof typeof advices;

/**
 * Explains a dialogue that failed. `startedAt` is `performance.now()` of this process when it began.
 */
export async function failureOf(
  host: Host,
  dialogue: Dialogue,
  { error, transcript, startedAt }: { error: unknown; transcript: readonly string[]; startedAt: number },
): Promise<Failure> {
  const rows = await logRowsSince(host, startedAt);
  const { code, found: what } = await withTheLog(host, dialogue, { error, transcript }, rows);
  const dialogueText = transcript.length === 0 ? "the server said nothing" : transcript.join("\n    ");
  const words = wordsIn(rows, dialogue);
  const suspects = dialogue.suspects ?? [];
  const found = [
    `${what}\n    ${dialogueText}`,
    ...(words.length === 0 ? [] : [`the host's log since then:\n    ${words.join("\n    ")}`]),
    ...(suspects.length === 0 ? [] : [`settings that could be the reason: ${suspects.join("; ")}`]),
  ];
  const { login } = dialogue;
  return new Failure(
    {
      tried: `speak SMTP with port ${dialogue.port} of ${host.name}${login?.password === undefined ? "" : ` and log in as ${login.username}`}`,
      found: found.join("\n  "),
      next: advices[code],
      code,
    },
    { cause: error },
  );
}

/**
 * A refused login is saslauthd's answer only where its log has it. Where saslauthd does log and has
 * no such line, something else has answered.
 */
async function withTheLog(
  host: Host,
  dialogue: Dialogue,
  { error, transcript }: { error: unknown; transcript: readonly string[] },
  rows: readonly LogRow[],
): Promise<{ code: ProofCode; found: string }> {
  const { login, answeredBy } = dialogue;
  const found = (error as Error).message;
  const code = error instanceof DemandNotMet ? error.code : "port-not-answering";
  // The client's error does not always hold the reply that it is about.
  const answered = transcript.some((line) => line.startsWith("S: ") && isMilterAnswer(line));
  // With milter_default_action=shutdown Postfix answers 421, with reject 554 in the place of its
  // banner, as it does for other reasons.
  const hungUp =
    /^S: (421|554 \S+ ESMTP not accepting)/.test(transcript.at(-1) ?? "") && failedMilters(rows).length > 0;
  if (mayBeMilter.includes(code) && (answered || hungUp))
    return { code: "milter-unreachable", found: `${milterIn(rows, dialogue)}: ${found}` };
  if (code !== "proof-login-refused" || login === undefined) return { code, found };
  if (refusalOf(login.username, rows) !== undefined) return { code: "refused-by-saslauthd", found };
  if (answeredBy === undefined || !(await knownToLog(host))) return { code, found };
  return { code: "not-by-saslauthd", found: `${found}; saslauthd has no word of this login in its log` };
}

/** The kinds of failure that a milter causes which does not answer. */
const mayBeMilter: readonly ProofCode[] = ["port-not-answering", "saslauthd-unreachable", "proof-login-refused"];

/** The milter as the log names it, else the setting that names all of them. */
function milterIn(rows: readonly LogRow[], { milters }: Dialogue): string {
  const named = failedMilters(rows);
  const setting = milters === undefined ? "" : ` (${milters})`;
  return named.length === 0
    ? `a milter does not answer Postfix${setting}`
    : `the milter ${named.join(" and ")} does not answer Postfix${setting}`;
}

async function knownToLog(host: Host): Promise<boolean> {
  return await host.ask({ known: logKnowsSaslauthd }).then(
    ({ known }) => known,
    () => false,
  );
}

/** Logs that cannot be read any more are ignored: the first failure is the one to report. */
export async function logRowsSince(host: Host, startedAt: number): Promise<readonly LogRow[]> {
  const passed = performance.now() - startedAt + 100;
  return await host.ask({ rows: logOfTheLast(passed) }).then(
    ({ rows }) => rows,
    () => [],
  );
}

function wordsIn(rows: readonly LogRow[], { login }: Dialogue): string[] {
  return [...complaintsOfPostfix(rows), ...(login === undefined ? [] : wordsOfSaslauthd(rows))];
}
