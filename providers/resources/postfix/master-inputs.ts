// The inputs of MasterService: the columns of an entry of master.cf, and its options.
import { z } from "zod";
import { limitColumn, wakeupColumn } from "../../facts/master.ts";
import { line, parameterName } from "../inputs.ts";

const column = line.regex(/^\S+$/, "must be one word");
const yesOrNo = z.enum(["y", "n", "-"]);

export const masterServiceSchema = z.strictObject({
  /**
   * Service name, or address and port, as in master.cf: "smtps", "submission", "[::1]:465". An
   * entry that serves the same port under another of its names ("submissions", "465") is taken over
   * and keeps that name.
   */
  service: column.regex(/^[^#{}]+$/, "must be a service name").default("smtps"),
  /** "inet" is a TCP port; the other types are sockets on the host (master(5)). */
  type: z.enum(["inet", "unix", "unix-dgram", "fifo", "pass"]).default("inet"),
  /** Whether only Postfix may reach it. An inet service cannot be private. */
  private: yesOrNo.default("n"),
  /** Whether it runs as the user postfix instead of root. "-" means y. */
  unprivileged: yesOrNo.default("-"),
  /**
   * Whether it runs in the chroot; give y or n. "-" means n on every current Debian release, and
   * saslauthd's socket is inside the chroot.
   */
  chroot: yesOrNo.default("y"),
  /** Interval in seconds at which the service is woken; "-" is never. */
  wakeup: column.regex(wakeupColumn, "must be a number of seconds, perhaps with ?, or -").default("-"),
  /**
   * Maximum number of simultaneous processes; 0 is no limit, and "-" is default_process_limit of
   * main.cf (100). Default: the value of an existing entry, else "-".
   */
  processLimit: column.regex(limitColumn, "must be a number or -").optional(),
  /** The daemon with its arguments, without `-o`. */
  command: line.regex(/^\S+( \S+)*$/, "must be a daemon name with its arguments").default("smtpd"),
  /**
   * The `-o name=value` settings of this service (postconf(5)); each overrides main.cf for this
   * service only. Other settings in the entry stay and are reported in `kept`, unless they
   * contradict the desired state, such as `smtpd_sasl_security_options=noplaintext`.
   */
  options: z.record(parameterName, line).default({
    smtpd_sasl_auth_enable: "yes",
    smtpd_client_restrictions: "permit_sasl_authenticated,reject",
    smtpd_recipient_restrictions: "permit_sasl_authenticated,reject_unauth_destination",
  }),
  /**
   * The same, for a new entry only. An existing entry keeps its own state of these options, set or
   * not set.
   */
  initialOptions: z.record(parameterName, line).default({}),
});

export type MasterServiceInputs = z.infer<typeof masterServiceSchema>;
