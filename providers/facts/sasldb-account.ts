// Facts of one account in /etc/sasldb2, and whether a password is its own. The database holds passwords in clear text; Berkeley DB's
// db_dump, on which Debian's sasl2-bin depends, prints it, and nothing but the answer leaves the script. The password travels over stdin.
import { sh } from "../steps/shell.ts";
import { type Fact, unreadable } from "./fact.ts";

export const sasldbPath = "/etc/sasldb2";

export interface SasldbAccount {
  /** The realm that was asked, or the one that a login without a realm has. */
  readonly realm: string;
  /** Whether there is an entry. */
  readonly present: boolean;
  /** Whether the password is the one that was asked about. */
  readonly matches: boolean;
  /** The password in hexadecimal, where there is an entry. It is kept for an account that is taken over, encrypted. */
  readonly secret?: string;
}

/** An entry's key is name, realm and the name of the property, with NUL between them (_sasldb_getdata in sasldb/db_berkeley.c). */
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
 * The realm of a login that names none: what smtpd hands over (smtpd_sasl_local_domain), and where that is empty, as it is unless somebody
 * sets it, the host's name, which saslauthd takes then (auth_sasldb.c).
 */
const usualRealm = sh`"$(realm=$(postconf -xh smtpd_sasl_local_domain 2>/dev/null); printf %s "\${realm:-$(uname -n)}")"`;

/** The account of this name; without a realm that of a login that names none. */
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
