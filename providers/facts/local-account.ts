// Facts of one account in the host's own files, and whether a given password is valid for it.
// Perl's crypt() is that of the C library, so it accepts every hash that the host can make;
// perl-base is an essential package of Debian. The password travels over stdin.
import { sh } from "../core/shell.ts";
import { type Fact, unreadable } from "./fact.ts";

/** An account in /etc/passwd and /etc/shadow. */
export interface LocalAccount {
  readonly uid: number;
  readonly shell: string;
  /** Comment and home are those of the accounts that this program makes (steps/account.ts). */
  readonly loginOnly: boolean;
  /** The home is that of the accounts that this program makes. Missing in earlier records. */
  readonly homeless?: boolean;
  /** The hash begins with `!`, so no password matches (`usermod -L`). */
  readonly locked: boolean;
  /** Whether the given password matches, locked or not. */
  readonly matches: boolean;
  /** The account has expired (`chage -E`). */
  readonly expired: boolean;
  /**
   * The password has expired, or must be changed at the next login (`chage -d 0`): PAM refuses a
   * login that cannot change it.
   */
  readonly stale: boolean;
  /**
   * Fields 2, 3 and 8 of /etc/shadow as they stand there: the hash; the day of the last password
   * change and the day of expiry, in days since 1970-01-01, "" = not set. The hash is kept,
   * encrypted, for an account that is adopted.
   */
  readonly shadow: { readonly hash: string; readonly changed: string; readonly expires: string };
}

/** Comment and home of the accounts that this program makes (passwd(5)). */
export const loginOnlyComment = "mail login";
export const noHome = "/nonexistent";

/** The exit status of the script for a name that is absent from the files. */
const notInFiles = 90;

/**
 * Prints the fields separated by NUL. pam_unix decides in the same way (check_shadow_expiry in
 * passverify.c): an account has expired on its day of expiry, and a password is too old on the day
 * that its age reaches the maximum. Before Linux-PAM 1.6 (Debian 12) that was one day later; the
 * earlier day counts on both, because a password that is renewed a day early does no harm. Without
 * a day of the last change no age counts.
 */
const script = `use strict;
my ($name) = @ARGV;
binmode STDIN;
my $given = do { local $/; <STDIN> };
sub entry {
  open(my $file, "<", $_[0]) or die "$_[0]: $!\\n";
  while (my $row = <$file>) { chomp $row; my @part = split /:/, $row, -1; return @part if $part[0] eq $name }
  return;
}
my @user = entry("/etc/passwd") or exit ${notInFiles};
my ($hash, $changed, $most, $expires) = (entry("/etc/shadow"))[1, 2, 4, 7];
die "no entry in /etc/shadow\\n" unless defined $hash;
(my $bare = $hash) =~ s/^!+//;
my $tried = $bare eq "" ? undef : crypt($given, $bare);
my $today = int(time / 86400);
my $age = $changed =~ /^\\d+$/ ? $today - $changed : -1;
sub word { $_[0] ? "yes" : "no" }
print join("\\0", "local", $user[2], $user[6],
  word($hash =~ /^!/),
  word(defined $tried && $tried eq $bare),
  word($expires =~ /^\\d+$/ && $today >= $expires),
  word($changed eq "0" || ($most =~ /^\\d+$/ && $age >= ($most || 1))),
  $hash, $changed, $expires, word($user[4] eq "${loginOnlyComment}" && $user[5] eq "${noHome}"),
  word($user[5] eq "${noHome}"));`;

/**
 * The account of this name; "elsewhere" = the name service knows it (from a directory, for
 * example), but the host's files do not.
 */
export function localAccount(name: string, password: string): Fact<LocalAccount | "elsewhere" | null> {
  const fact = `the account ${name} (/etc/passwd, /etc/shadow)`;
  return {
    name: fact,
    // Status 2 = the name service knows no such name; any other leaves the answer unknown
    // (getent(1)).
    question: sh`printf %s ${password} | perl -e ${script} ${name}
case $? in 0) exit 0 ;; ${notInFiles}) ;; *) exit 1 ;; esac
getent passwd ${name} >/dev/null
case $? in 0) printf elsewhere ;; 2) printf absent ;; *) exit 1 ;; esac`,
    parse: (answer) => {
      const parts = answer.stdout.toString("utf8").split("\0");
      const [kind, uid, shell, ...rest] = parts;
      if (answer.code !== 0) throw unreadable(fact, answer);
      if (kind === "absent") return null;
      if (kind === "elsewhere") return kind;
      if (kind !== "local" || rest.length < 9) throw unreadable(fact, answer);
      const [locked, matches, expired, stale, hash = "", changed = "", expires = "", loginOnly, homeless] = rest;
      return {
        uid: Number(uid),
        shell: shell ?? "",
        loginOnly: loginOnly === "yes",
        homeless: homeless === "yes",
        locked: locked === "yes",
        matches: matches === "yes",
        expired: expired === "yes",
        stale: stale === "yes",
        shadow: { hash, changed, expires },
      };
    },
  };
}
