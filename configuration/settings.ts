// Settings for all hosts of the stack, which a group or one host may override.
import { inputSchemas } from "pulumi-postfix-sasl";
import { z } from "zod";
import { key } from "./about.ts";
import { accountsSchema } from "./accounts.ts";
import { tlsFields } from "./tls.ts";

const {
  ldap,
  rimap,
  limits,
  mechanism,
  options,
  outside,
  proofUsername,
  saslauthdOptions,
  senderDomains,
  socketDirectory,
  threads,
} = inputSchemas;
const tlsPage = "docs/how-to/tls.md";
const accountsPage = "docs/how-to/accounts.md";

/** Keys that the stack, a group and `hosts[]` share. */
export const settings = {
  tls: key(
    tlsFields,
    "TLS on the ports with AUTH; the certificate is one of `certificateFile` with `keyFile`, `certificate`, `selfSigned`",
    { default: "off", page: tlsPage },
  ),
  smtps: key(z.boolean(), "port 465: TLS from the first byte; without `tls` in clear text, as on the page", {
    default: true,
  }),
  submission: key(z.boolean(), "port 587: STARTTLS, so it needs `tls`", { default: false }),
  limits: key(limits, "what one client may do on these ports: logins and connections a minute, errors", {
    page: `${tlsPage}#limits`,
  }),
  options: key(options, "further `-o` settings of these ports in Postfix's words, or others in the place of ours"),
  senderDomains: key(
    senderDomains,
    "a login may send only as itself in these domains, which the proof verifies: alice as `alice@example.org`",
    { default: "any sender", page: "docs/proof.md#sender--login" },
  ),
  finalState: key(
    z.enum(["running", "stopped"]),
    "how Postfix ends; not set: running with `tls` or `allowCleartext`, else stopped, unless it is in use, which is refused",
  ),
  allowCleartext: key(z.boolean(), "leave Postfix running although AUTH works without TLS", { default: false }),
  outside: key(outside, "whether mail clients elsewhere are to reach the ports, looked at from here", {
    default: "expected",
    page: "docs/proof.md",
  }),
  mechanism: key(mechanism, "who knows the users", { default: "pam" }),
  accounts: key(accountsSchema, "accounts for logins only; their passwords stand in `accountPasswords`", {
    default: "none",
    page: accountsPage,
  }),
  cache: key(z.boolean(), "saslauthd remembers logins, where the host itself has the accounts", {
    default: true,
    page: accountsPage,
  }),
  realmInLogin: key(z.boolean(), "the mechanism is asked about `alice@example.org`, not about `alice`", {
    default: false,
  }),
  ldap: key(ldap, "the directory to ask, for the mechanism `ldap`", { page: "docs/how-to/ldap.md" }),
  rimap: key(rimap, "the IMAP server to ask, for the mechanism `rimap`", { page: "docs/how-to/ldap.md" }),
  threads: key(
    threads,
    "how many processes saslauthd has; 0 = a new one for each login; not set: as many as the host says already, else 5",
  ),
  saslauthdOptions: key(
    saslauthdOptions,
    'further options of saslauthd(8), each with its value: `["-t 600"]`; not set: those that the host has already',
  ),
  takeOverSaslauthd: key(
    z.boolean(),
    "take saslauthd over although something else than Postfix seems to log in through it; else such a host is refused",
    { default: false, page: "docs/taking-over.md#a-saslauthd-that-serves-something-else" },
  ),
  socketDirectory: key(socketDirectory, "directory of saslauthd's socket, inside Postfix's chroot", {
    default: "/var/spool/postfix/var/run/saslauthd",
  }),
  proofUsername: key(proofUsername, "a mail user of the host, for the login that proves the result"),
  takeOverFrom: key(
    z.string().regex(/^[^/\s]+\/[^/\s]+$/, "must be project/stack"),
    "a stack (`project/stack`) that gives its hosts to this one; else hosts of another stack are refused",
  ),
};

type Schemas = typeof settings;
export type Settings = { readonly [name in keyof Schemas]?: z.infer<Schemas[name]> };
