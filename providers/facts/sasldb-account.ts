// Facts of one account in /etc/sasldb2, and whether a given password is valid for it. The database
// holds passwords in clear text. Berkeley DB's db_dump, a dependency of Debian's sasl2-bin, prints
// it, and only the answer leaves the script. The password travels over stdin.
import { sh } from "../core/shell.ts";
import { type Fact, unreadable } from "./fact.ts";

export const sasldbPath = "/etc/sasldb2";

export interface SasldbAccount {
  /** The given realm, or the default realm of a login without one. */
  readonly realm: string;
  /** Whether the account has an entry. */
  readonly present: boolean;
  /** Whether the given password matches. */
  readonly matches: boolean;
  /**
   * The password in hexadecimal, where the account has an entry. It is kept, encrypted, for an
   * account that is adopted.
   */
  readonly secret?: string;
}

/**
 * An entry's key is name, realm and property name, separated by NUL (_sasldb_getdata in
 * sasldb/db_berkeley.c).
 */
const script = `use strict;
my ($name, $realm) = @ARGV;
binmode STDIN;
my $given = do { local $/; <STDIN> };
my $key = unpack "H*", join("\\0", $name, $realm, "userPassword");
my $found;
if (-e "${sasldbPath}") {
  open(my $dump, "-|", "db_dump", "${sasldbPath}") or die "db_dump: $!\\n";
  while (my $row = <$dump>) { last if $row =~ /^HEADER=END/ }
  while (my $row = <$dump>) {
    last if $row =~ /^DATA=END/;
    my $value = <$dump>;
    s/\\s+//g for $row, $value;
    $found = $value if $row eq $key;
  }
  close($dump) or die "db_dump can not read ${sasldbPath}\\n";
}
sub word { $_[0] ? "yes" : "no" }
print join("\\0", $realm, word(defined $found), word(defined $found && $found eq unpack("H*", $given)));
print "\\0$found" if defined $found;`;

/**
 * The realm of a login that names none: the one that smtpd passes on (smtpd_sasl_local_domain), and
 * where that is empty, which is the default, the host's name, which saslauthd uses then
 * (auth_sasldb.c).
 */
const usualRealm = sh`"$(realm=$(postconf -xh smtpd_sasl_local_domain 2>/dev/null); printf %s "\${realm:-$(uname -n)}")"`;

/** The account of this name; without a realm, in the default realm. */
export function sasldbAccount(name: string, realm: string | undefined, password: string): Fact<SasldbAccount> {
  const fact = `the account ${name} in ${sasldbPath} (db_dump)`;
  const place = realm === undefined ? usualRealm : sh`${realm}`;
  return {
    name: fact,
    question: sh`printf %s ${password} | perl -e ${script} ${name} ${place}`,
    parse: (answer) => {
      const [found = "", present, matches, secret] = answer.stdout.toString("utf8").split("\0");
      if (answer.code !== 0 || found === "" || matches === undefined) throw unreadable(fact, answer);
      return {
        realm: found,
        present: present === "yes",
        matches: matches === "yes",
        ...(secret === undefined ? {} : { secret }),
      };
    },
  };
}
