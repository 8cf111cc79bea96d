// Whose mail main.cf permits Postfix to relay: the lists that decide, with their parameters
// expanded (postconf -x), and those of their tables that contain an outsider.
import { sh } from "../core/shell.ts";
import { type Fact, textOf } from "./fact.ts";

/**
 * A documentation address and domain (RFC 5737, RFC 2606): what is permitted to them is permitted
 * to everyone.
 */
export const outsider = { address: "192.0.2.1", domain: "example.net" } as const;

export const restrictionLists = [
  "smtpd_client_restrictions",
  "smtpd_helo_restrictions",
  "smtpd_sender_restrictions",
  "smtpd_relay_restrictions",
  "smtpd_recipient_restrictions",
] as const;

/**
 * Domains for which mail is accepted from everyone: the host's own, and those that it relays to
 * (postconf(5), reject_unauth_destination).
 */
export const domainLists = [
  "mydestination",
  "relay_domains",
  "virtual_alias_domains",
  "virtual_mailbox_domains",
] as const;

export interface RelayPolicy {
  /** Parameter → value. Empty where Postfix is not installed. */
  readonly values: Readonly<Record<string, string>>;
  /** Tables in `mynetworks` or in a list of domains that contain the outsider. */
  readonly tables: readonly { readonly parameter: string; readonly table: string }[];
}

const name = "whose mail Postfix passes on (postconf -x)";

/**
 * One call of postconf; tables are queried only where some are configured. A table that does not
 * answer within five seconds counts as not containing the outsider.
 */
export const relayPolicy: Fact<RelayPolicy> = {
  name,
  question: sh`command -v postconf >/dev/null || exit 0
values=$(postconf -x ${["mynetworks", "myhostname", ...domainLists, ...restrictionLists]}) || exit
printf '%s\n' "$values"
set -f
printf '%s\n' "$values" | while IFS=' ' read -r parameter equals value; do
  case $parameter in mynetworks) key=${outsider.address} ;; *_restrictions | myhostname) continue ;; *) key=${outsider.domain} ;; esac
  IFS=', '
  for word in $value; do
    case $word in [a-z]*:*) if timeout 5 postmap -q "$key" "$word" >/dev/null 2>&1; then printf 'table %s %s\n' "$parameter" "$word"; fi ;; esac
  done
done`,
  parse: (answer) => {
    const rows = textOf(name, answer).split("\n");
    const tables = rows.flatMap((row) => {
      const [, parameter, table] = /^table (\S+) (\S+)$/.exec(row) ?? [];
      return parameter === undefined || table === undefined ? [] : [{ parameter, table }];
    });
    const values = rows.flatMap((row) => {
      const [, parameter, value] = /^(\w+) = ?(.*)$/.exec(row) ?? [];
      return parameter === undefined || value === undefined ? [] : [[parameter, value] as const];
    });
    return { values: Object.fromEntries(values), tables };
  },
};
