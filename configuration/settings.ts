// What is said for all hosts of the stack, and may stand with one host in the place of the stack's.
import { inputSchemas } from "pulumi-postfix-sasl";
import { z } from "zod";
import { accountsSchema } from "./accounts.ts";
import { tlsFields } from "./tls.ts";

const { ldap, rimap, limits, mechanism, proofUsername } = inputSchemas;

/** Keys of the stack and of `hosts[]` alike, each with what it means. */
export const settings = {
  tls: tlsFields
    .describe(
      "TLS on the ports with AUTH; the certificate is one of `certificateFile` with `keyFile`, `certificate`, `selfSigned`",
    )
    .optional(),
  smtps: z.boolean().describe("port 465: TLS from the first byte; without `tls` in clear text").optional(),
  submission: z.boolean().describe("port 587: STARTTLS, so it needs `tls`").optional(),
  limits: limits.describe("what one client may do on these ports: logins and connections a minute, errors").optional(),
  finalState: z
    .enum(["running", "stopped"])
    .describe("how Postfix ends; without it one that is in use is never stopped")
    .optional(),
  allowCleartext: z.boolean().describe("leave Postfix running although AUTH works without TLS").optional(),
  mechanism: mechanism.describe("who knows the users").optional(),
  accounts: accountsSchema.describe("accounts for logins only; their passwords stand in `accountPasswords`").optional(),
  cache: z
    .boolean()
    .describe("saslauthd remembers logins, where the host itself has the accounts and a change of one can be seen")
    .optional(),
  realmInLogin: z.boolean().describe("the mechanism is asked about `alice@example.org`, not about `alice`").optional(),
  ldap: ldap.describe("the directory to ask, for the mechanism `ldap`").optional(),
  rimap: rimap.describe("the IMAP server to ask, for the mechanism `rimap`").optional(),
  proofUsername: proofUsername.describe("a mail user of the host, for the login that proves the result").optional(),
};
