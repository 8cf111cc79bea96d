// What Postfix answers and logs when one of its milters does not answer it.
import type { LogRow } from "./host-log.ts";

/**
 * The replies for a milter that failed, by `milter_default_action` (milter8.c): tempfail at MAIL
 * and RCPT, the same at AUTH and STARTTLS (smtpd_sasl_proto.c, smtpd.c), and reject.
 */
const answers =
  /\b(451 4\.7\.1 Service unavailable - try again later|454 4\.3\.0 Try again later|550 5\.5\.0 Service unavailable)/;

/** Whether a reply is the one for a milter that failed: Postfix gives it to nothing else. */
export function isMilterAnswer(reply: string): boolean {
  return answers.test(reply);
}

/** The milters that Postfix could not reach or talk to, as it names them: "inet:127.0.0.1:8891". */
export function failedMilters(rows: readonly LogRow[]): string[] {
  return [
    ...new Set(
      rows.flatMap(({ text }) => /^warning: (?:connect to Milter service|milter) (\S+): /.exec(text)?.[1] ?? []),
    ),
  ];
}
