// The message of a failed proof: the host's own messages, where they can be read, and advice that
// follows from the kind of failure.

import { Failure } from "../core/failure.ts";
import type { FailureCode } from "../core/failure-codes.ts";
import { complaintsOfPostfix, type LogRow, logKnowsSaslauthd, logOfTheLast } from "../facts/host-log.ts";
import { failedMilters, isMilterAnswer } from "../facts/milter.ts";
import { lastRowsOfSaslauthd, refusalOf } from "../facts/saslauthd-trace.ts";
import type { Dialogue } from "../steps/smtp-dialogue.ts";
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
  "open-relay":
    'let only logins pass on this port: options: {smtpd_relay_restrictions: "permit_sasl_authenticated,reject"}',
  "auth-before-tls":
    "leave smtpd_tls_auth_only out of options (it is yes by default where there is tls), then run `pulumi up` again",
  "auth-not-wanted":
    "turn it off for the service of that port alone: smtpd_sasl_auth_enable=no as its -o in master.cf, then `postfix reload`",
  "auth-missing":
    "something hides it: one of the settings above, where any are named; else see what options, and `postconf -n` on the host, have of smtpd_sasl_… and smtpd_discard_ehlo_…",
  "auth-too-much":
    "Postfix reads another mech_list than the one in /etc/postfix/sasl/smtpd.conf: leave smtpd_sasl_type, smtpd_sasl_path and cyrus_sasl_config_path out of options, and see whether a smtpd.conf stands in /usr/lib/sasl2, too",
  "refused-by-saslauthd":
    "the password is not the one of this user on the host, or the account is locked or expired: for a user of the host `passwd -S USER` and `chage -l USER` show the lock and the dates; correct proofPassword or the account, then run `pulumi up` again",
  "proof-login-refused":
    "see that proofUsername and proofPassword are right for this host. Whether it was saslauthd that said no could not be read in its log (`journalctl -t saslauthd`, /var/log/auth.log)",
  "saslauthd-unreachable":
    "Postfix cannot reach saslauthd: the host's words above name the reason, where there are any; `journalctl -u saslauthd` and `journalctl -u 'postfix*'` there tell more (the socket, the group sasl, the chroot)",
  "milter-unreachable":
    "start that milter on the host, then run `pulumi up` again; where it is no longer used, take it out of the setting and `postfix reload`. Until then Postfix refuses every command on this port (milter_default_action, postconf(5))",
  "sender-not-checked":
    "leave smtpd_sender_restrictions and smtpd_sender_login_maps out of options: senderDomains sets both, and options go before it (it needs Postfix 3.7)",
  "not-by-saslauthd":
    "something else than this saslauthd checks passwords on this port: leave smtpd_sasl_type, smtpd_sasl_path and cyrus_sasl_config_path out of options (the defaults ask saslauthd), and see on the host who else may listen there (`ss -ltnp`)",
  "other-saslauthd":
    "the chroot column of the service and saslauthd's -m must lead to the same socket: with y in that column socketDirectory is inside /var/spool/postfix, with n it is /var/run/saslauthd",
  "other-certificate":
    "where the certificate was renewed this minute, run `pulumi up` again. Else something gives Postfix another one: smtpd_tls_… in options, or tls_server_sni_maps in main.cf (`postconf -n tls_server_sni_maps`)",
  "not-from-outside":
    "look for a firewall between this machine and the host (`nft list ruleset` there), and for inet_interfaces in main.cf",
  "certificate-not-trusted":
    "the first line of found says what is wrong. The name: set tls.serverName to one that is in the certificate. Who signed it: give the PEM of that authority as tls.certificateAuthority. Its last day: renew it, then run `pulumi up` again",
  "saslauthd-not-proved":
    "`journalctl -t saslauthd` or /var/log/auth.log on the host must show the lines of saslauthd (Storage= in journald.conf, or rsyslog); see to that, and where saslauthd has a process for each login (-n 0) let it have some that stay (threads), then run `pulumi up` again",
  "port-not-answering": "see on the host what Postfix says of it: `journalctl -u 'postfix*'`, or /var/log/mail.log",
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
  const dialogueText = transcript.length === 0 ? "no line of SMTP was exchanged" : transcript.join("\n    ");
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
      next: dialogue.advices?.[code] ?? advices[code],
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
  const { login, socketDirectory } = dialogue;
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
  if (socketDirectory === undefined || !(await knownToLog(host))) return { code, found };
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
  return [...complaintsOfPostfix(rows), ...(login === undefined ? [] : lastRowsOfSaslauthd(rows))];
}
