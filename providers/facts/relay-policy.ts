// Whose mail main.cf permits Postfix to relay: the lists that decide, with their parameters
// expanded (postconf -x), and those of their tables that contain an outsider.
import { sh } from "../core/shell.ts";
import { type Fact, textOf } from "./fact.ts";
import { listItems } from "./postconf.ts";

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

/** A table that a list names. */
interface ListedTable {
  readonly parameter: string;
  readonly table: string;
}

export interface RelayPolicy {
  /**
   * Parameter → value; in a list the words of a file stand in the place of its name, which stays
   * where the file cannot be read (postconf(5), mynetworks). Empty where Postfix is not installed.
   */
  readonly values: Readonly<Record<string, string>>;
  /** Tables in `mynetworks` or in a list of domains that contain the outsider. */
  readonly tables: readonly ListedTable[];
  /** Tables there whose lookup failed: whether they contain the outsider is not known. */
  readonly failedLookups: readonly ListedTable[];
  /** The files that a list names, and whose words stand in it. */
  readonly files: readonly { readonly parameter: string; readonly path: string; readonly words: readonly string[] }[];
}

const name = "whose mail Postfix passes on (postconf -x)";

/**
 * One call of postconf; files are read and tables queried only where some are configured. In a file
 * a # begins a comment (match_list.c). postmap ends with 1 where a table does not contain the
 * outsider, and also, with a message, where the lookup failed (postmap(1)).
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
  set -- $value
  read=
  while [ $# -gt 0 ]; do
    case $1 in
    [a-z]*:*)
      message=$(timeout 5 postmap -q "$key" "$1" 2>&1 >/dev/null)
      case $?,$message in 0,*) row=table ;; 1,*fatal:*) row=failed ;; 1,*) row= ;; *) row=failed ;; esac
      [ -z "$row" ] || printf '%s %s %s\n' "$row" "$parameter" "$1" ;;
    /*)
      case " $read " in *" $1 "*) shift; continue ;; esac
      read="$read $1"
      if [ -f "$1" ] && words=$(sed 's/^#.*//; s/[[:space:],]#.*//' < "$1"); then
        words=$(printf %s "$words" | tr -s '[:space:],' ' ')
        printf 'file %s %s %s\n' "$parameter" "$1" "$words"
        set -- "$@" $words
      fi ;;
    esac
    shift
  done
done`,
  parse: (answer) => {
    const rows = textOf(name, answer).split("\n");
    const tables = tablesIn(rows, "table");
    const failedLookups = tablesIn(rows, "failed");
    const files = rows.flatMap((row) => {
      const [, parameter, path, words = ""] = /^file (\w+) (\S+) ?(.*)$/.exec(row) ?? [];
      return parameter === undefined || path === undefined ? [] : [{ parameter, path, words: listItems(words) }];
    });
    const values = rows.flatMap((row) => {
      const [, parameter, value] = /^(\w+) = ?(.*)$/.exec(row) ?? [];
      if (parameter === undefined || value === undefined) return [];
      const contents = new Map(
        files.filter((file) => file.parameter === parameter).map(({ path, words }) => [path, words] as const),
      );
      return [[parameter, contents.size === 0 ? value : withContents(value, contents)] as const];
    });
    return { values: Object.fromEntries(values), tables, failedLookups, files };
  },
};

function tablesIn(rows: readonly string[], kind: "table" | "failed"): ListedTable[] {
  return rows.flatMap((row) => {
    const [found, parameter, table] = row.split(" ");
    return found !== kind || parameter === undefined || table === undefined ? [] : [{ parameter, table }];
  });
}

/** Each word once, so that a file that names itself does not go on without end. */
function withContents(value: string, contents: ReadonlyMap<string, readonly string[]>): string {
  const words = new Set(listItems(value));
  // A set's iteration also reaches what is added meanwhile: the words of files within files.
  for (const word of words) for (const inside of contents.get(word) ?? []) words.add(inside);
  return [...words].filter((word) => !contents.has(word)).join(" ");
}
