// What one client may do on the ports with AUTH before Postfix slows it down or disconnects it.
import { z } from "zod";

const count = z.number().int().min(0).max(1_000_000);

/**
 * Each limit counts per client address. Clients in `$smtpd_client_event_limit_exceptions` are
 * exempt. That is `$mynetworks` unless main.cf says otherwise, which on Debian contains the host
 * itself, so the proof is exempt too. Rates are per `anvil_rate_time_unit`, 60 s unless main.cf
 * says otherwise. Source: postconf(5).
 */
export const limitsSchema = z.strictObject({
  /**
   * smtpd_client_auth_rate_limit: login attempts in a minute, whether they succeed or fail; the
   * next is answered with 450. 0 = no limit, Postfix's own default. A client logs in about once per
   * message.
   */
  authRate: count.default(60),
  /**
   * smtpd_client_connection_rate_limit: connections in a minute; the next is answered with 421. 0 =
   * no limit, Postfix's own default.
   */
  connectionRate: count.default(60),
  /**
   * smtpd_client_connection_count_limit: simultaneous connections. 0 = no limit; Postfix's own
   * default is 50, half of what a service accepts by default.
   */
  connectionCount: count.default(30),
  /**
   * smtpd_soft_error_limit: errors in a session without a delivered message; from this number on
   * Postfix delays every answer of the session by `errorSleep`. A refused login is an error, and so
   * is a refused recipient. Postfix's own default is 10.
   */
  softErrors: count.default(5),
  /**
   * smtpd_hard_error_limit: errors in a session after which Postfix disconnects. Postfix's own
   * default is 20.
   */
  hardErrors: count.min(1).default(10),
  /** smtpd_error_sleep_time: that delay in seconds. Postfix's own default is 1. */
  errorSleep: z.number().int().min(0).max(60).default(2),
});

export type LimitArgs = z.input<typeof limitsSchema>;

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
