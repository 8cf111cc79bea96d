// The inputs of SaslauthdService: the socket, the mechanism with its back end, options and unit.
import { z } from "zod";
import { absolutePath } from "../inputs.ts";
import { ldapSchema, ldapValue } from "./ldap-settings.ts";
import { rimapSchema } from "./rimap-settings.ts";
import { furtherOption } from "./saslauthd-tuning.ts";
import { defaultSocketDirectory } from "./socket-directory.ts";

export const saslauthdServiceSchema = z.strictObject({
  /**
   * Directory of the socket `mux`. It stands unquoted in a default file and in a unit, so only
   * plain characters are allowed.
   */
  socketDirectory: absolutePath
    .regex(/^[A-Za-z0-9._/-]+$/, "must be made of letters, digits, . _ - and /")
    .default(defaultSocketDirectory),
  /**
   * The source of the accounts (-a): PAM's service smtp, /etc/shadow, the C library, /etc/sasldb2,
   * a directory, an IMAP server, Kerberos.
   */
  mechanism: z.enum(["pam", "shadow", "getpwent", "sasldb", "ldap", "rimap", "kerberos5"]).default("pam"),
  /**
   * Cache logins for eight hours (-c). It is faster, but an old password or a locked account still
   * passes until the daemon is restarted, which the next `pulumi up` does. It cannot be true with
   * ldap, rimap and kerberos5, because this program cannot see account changes there. Mechanisms
   * that ask the host itself: a change in its files is visible, one behind a PAM or NSS module
   * (pam_sss) is not, and then `cache` must be set to false. Default: true where the accounts are
   * on the host, else false.
   */
  cache: z.boolean().optional(),
  /**
   * Append the realm to the login name, alice@example.org, before the mechanism sees it (-r).
   * Without it saslauthd cuts off the part after the at sign.
   */
  realmInLogin: z.boolean().default(false),
  /**
   * The directory to ask, for the mechanism ldap. Written to /etc/saslauthd.conf, which only root
   * can read.
   */
  ldap: ldapSchema.optional(),
  /** Password of `bindDn` in `ldap`, at most 127 bytes. */
  ldapBindPassword: ldapValue(127).optional(),
  /** The IMAP server to ask, for the mechanism rimap. */
  rimap: rimapSchema.optional(),
  /**
   * Number of processes (-n); 0 = a new one for each login. Default: THREADS on the host, else 5.
   */
  threads: z.number().int().min(0).max(100).optional(),
  /**
   * Further options of saslauthd(8), each with its value: "-t 600", "-s 1024", "-V", "-l". The list
   * is complete: an additional option in the file is drift. Default: those in the file.
   */
  options: z.array(z.string().regex(furtherOption, "must be -l, -T, -V, -s or -t with a number")).max(5).optional(),
  /**
   * The whole drop-in of the unit (systemd.unit(5)), so that a preview shows its lines. You are
   * responsible for the correctness of your own: with PIDFile= dpkg cannot configure sasl2-bin on
   * Debian 11 and 12 while START is not yes. Default: made from socketDirectory.
   */
  dropIn: z
    .string()
    .max(10_000)
    .regex(/^[\n\t -~]+$/, "must be printable ASCII text")
    .optional(),
  /**
   * Take saslauthd over although it serves another directory now and something on the host seems to
   * use it: a mechanism other than the desired one, another user in the group sasl, or a SASL file
   * of another program. Without it such a host is refused.
   */
  takeOver: z.boolean().default(false),
  /** Start at boot. */
  enabled: z.boolean().default(true),
  /** The daemon runs, with the options above. */
  state: z.literal("running").default("running"),
});

export type SaslauthdServiceInputs = z.infer<typeof saslauthdServiceSchema>;
