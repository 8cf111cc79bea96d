// What answers logins on hosts as people have them, and is not our saslauthd: Dovecot, a second saslauthd, a program on a stolen port.
import { type Debian, type LabHost, writeInside } from "../../lab/hosts/index.ts";
import { mailUser, shell } from "./host.ts";

/** Dovecot with an auth socket for Postfix, as its documentation has it; the mail user's password is right there. */
export async function startDovecotAuth(host: LabHost, debian: Debian): Promise<void> {
  await shell(
    host,
    "apt-get -qq update; DEBIAN_FRONTEND=noninteractive apt-get -qq -o Dpkg::Options::=--force-unsafe-io install -y --no-install-recommends dovecot-imapd >/dev/null 2>&1",
  );
  await writeInside(host, "/etc/dovecot/dovecot.conf", dovecot[debian >= 13 ? "new" : "old"] + socket);
  await writeInside(host, "/etc/dovecot/users", `${mailUser.name}:{PLAIN}${mailUser.password}\n`);
  await shell(host, "chgrp dovecot /etc/dovecot/users; chmod 640 /etc/dovecot/users; systemctl restart dovecot");
}

const socket = `service auth {
  unix_listener /var/spool/postfix/private/auth {
    mode = 0660
    user = postfix
    group = postfix
  }
}
`;

const dovecot = {
  old: `protocols = imap
listen = 127.0.0.1
ssl = no
disable_plaintext_auth = no
auth_mechanisms = plain login
passdb {
  driver = passwd-file
  args = /etc/dovecot/users
}
userdb {
  driver = static
  args = uid=mail gid=mail home=/tmp
}
first_valid_uid = 1
`,
  new: `dovecot_config_version = 2.4.0
dovecot_storage_version = 2.4.0
protocols = imap
listen = 127.0.0.1
ssl = no
auth_allow_cleartext = yes
auth_mechanisms = plain login
mail_driver = maildir
mail_path = /tmp/mail-of-%{user}
first_valid_uid = 1
passdb passwd-file {
  passwd_file_path = /etc/dovecot/users
}
userdb static {
  fields {
    uid = mail
    gid = mail
    home = /tmp
  }
}
`,
} as const;

/**
 * An SMTP server in Perl, which Debian always has, that says yes to one user, whatever the password, and no to all others. Its process is
 * called smtpd, so that ss cannot tell it from Postfix.
 */
export async function startImpostor(host: LabHost, port: number): Promise<void> {
  await writeInside(host, "/root/impostor.pl", impostor(port));
  await shell(
    host,
    `systemd-run --quiet --unit=impostor perl /root/impostor.pl
for try in $(seq 100); do if ss -Hltnp 'sport = :${port}' | grep -q '"smtpd"'; then exit 0; fi; sleep 0.1; done
exit 1`,
  );
}

/** As a client sends it. */
const knownName = Buffer.from(mailUser.name).toString("base64");

const impostor = (port: number) => `use IO::Socket::INET;
$0 = "smtpd"; $SIG{CHLD} = "IGNORE"; $| = 1;
my $door;
until ($door = IO::Socket::INET->new(LocalPort => ${port}, Listen => 5, ReuseAddr => 1)) { sleep 1 }
while (my $client = $door->accept) {
  next if fork;
  $client->autoflush(1);
  my $say = sub { print $client "$_[0]\\r\\n" };
  $say->("220 mail.example.org ESMTP Postfix");
  while (my $row = <$client>) {
    if ($row =~ /^EHLO/i) { $say->("250-mail.example.org"); $say->("250 AUTH PLAIN LOGIN"); }
    elsif ($row =~ /^AUTH LOGIN/i) {
      $say->("334 VXNlcm5hbWU6"); my $user = <$client>; $user =~ s/\\s+$//;
      $say->("334 UGFzc3dvcmQ6"); <$client>;
      $say->($user eq "${knownName}" ? "235 2.7.0 Authentication successful" : "535 5.7.8 Error: authentication failed");
      $known = 1 if $user eq "${knownName}";
    }
    elsif ($row =~ /^QUIT/i) { $say->("221 Bye"); last; }
    elsif ($row =~ /^MAIL/i && !$known) { $say->("554 5.7.1 Access denied"); }
    else { $say->("250 Ok"); }
  }
  exit;
}
`;
