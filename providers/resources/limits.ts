// What one client may do on the ports with AUTH before Postfix slows it down or hangs up.
import { z } from "zod";

const count = z.number().int().min(0).max(1_000_000);

/**
 * Each limit counts for one client address. Clients in `$smtpd_client_event_limit_exceptions` are not counted, which is `$mynetworks`
 * unless main.cf says otherwise: the host itself is in it on Debian, and so is the proof. Rates are for `anvil_rate_time_unit`, 60 s
 * unless main.cf says otherwise. All of it: postconf(5). What others use: 10 to 20 logins and 20 to 60 connections a minute, 5 errors.
 */
export const limitsSchema = z.strictObject({
  /** smtpd_client_auth_rate_limit: logins in a minute, good and bad ones; the next is answered with 450. 0 = no limit, as Postfix itself has it. A client logs in about once a message. */
  authRate: count.default(60),
  /** smtpd_client_connection_rate_limit: connections in a minute; the next is answered with 421. 0 = no limit, as Postfix itself has it. */
  connectionRate: count.default(60),
  /** smtpd_client_connection_count_limit: connections at one time. 0 = no limit; Postfix itself: 50, half of all that a service has by default. */
  connectionCount: count.default(30),
  /** smtpd_soft_error_limit: errors in a session, after which each further one makes the answer wait for `errorSleep`. A refused login is one, a refused recipient too. Postfix itself: 10. */
  softErrors: count.default(5),
  /** smtpd_hard_error_limit: errors in a session, after which Postfix hangs up. Postfix itself: 20. */
  hardErrors: count.min(1).default(10),
  /** smtpd_error_sleep_time: seconds that such an answer waits. Postfix itself: 1. */
  errorSleep: z.number().int().min(0).max(60).default(2),
});

export type LimitArgs = z.input<typeof limitsSchema>;

/** The `-o` settings for them. */
export function limitOptions(limits: LimitArgs): Record<string, string> {
  const { authRate, connectionRate, connectionCount, softErrors, hardErrors, errorSleep } = limitsSchema.parse(limits);
  return {
    smtpd_client_auth_rate_limit: String(authRate),
    smtpd_client_connection_rate_limit: String(connectionRate),
    smtpd_client_connection_count_limit: String(connectionCount),
    smtpd_soft_error_limit: String(softErrors),
    smtpd_hard_error_limit: String(hardErrors),
    smtpd_error_sleep_time: `${errorSleep}s`,
  };
}
