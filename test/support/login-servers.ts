// Real servers that saslauthd can ask, inside a host of the lab: OpenLDAP's slapd and Dovecot, from Debian's packages.
import { type Debian, inside, type LabHost, writeInside } from "../../lab/hosts/index.ts";
import { shell } from "./host.ts";

/** The directory's own names; who asks it needs the reader's password. */
export const directory = {
  base: "dc=lab,dc=example",
  people: "ou=people,dc=lab,dc=example",
  reader: "cn=reader,dc=lab,dc=example",
  readerPassword: "réader's pass",
  /** Debian's self-made certificate, which slapd shows: it is its own authority. */
  authorities: "/etc/ssl/certs/ssl-cert-snakeoil.pem",
} as const;

/** Both servers, with nobody in them yet. The directory lets nobody search it who has not logged in. */
export async function startLoginServers(host: LabHost, debian: Debian): Promise<void> {
  await shell(
    host,
    `apt-get -qq update
DEBIAN_FRONTEND=noninteractive apt-get -qq -o Dpkg::Options::=--force-unsafe-io install -y --no-install-recommends slapd ldap-utils dovecot-imapd >/dev/null 2>&1
usermod -a -G ssl-cert openldap
systemctl restart slapd`,
  );
  await modifyDirectory(
    host,
    `dn: cn=config
changetype: modify
replace: olcTLSCertificateFile
olcTLSCertificateFile: ${directory.authorities}
-
replace: olcTLSCertificateKeyFile
olcTLSCertificateKeyFile: /etc/ssl/private/ssl-cert-snakeoil.key
-
replace: olcDisallows
olcDisallows: bind_anon
`,
  );
  await modifyDirectory(
    host,
    `dn: olcDatabase={1}mdb,cn=config
changetype: modify
replace: olcAccess
olcAccess: {0}to * by dn.exact="gidNumber=0+uidNumber=0,cn=peercred,cn=external,cn=auth" write by dn.exact="${directory.reader}" read by * auth
`,
  );
  await modifyDirectory(
    host,
    `dn: ${directory.people}
changetype: add
objectClass: organizationalUnit

${entry(directory.reader, "organizationalRole", directory.readerPassword)}`,
  );
  await writeInside(host, "/etc/dovecot/dovecot.conf", dovecotConfiguration[debian >= 13 ? "new" : "old"]);
  await setImapPassword(host, "nobody-yet", "none");
  await shell(host, "systemctl restart dovecot");
}

/** A user of the directory. */
export async function setDirectoryPassword(host: LabHost, user: string, password: string): Promise<void> {
  const name = `uid=${user},${directory.people}`;
  await modifyDirectory(host, `dn: ${name}\nchangetype: delete\n`, [0, 32]);
  await modifyDirectory(host, entry(name, "account", password));
}

/** The only user of the IMAP server. */
export async function setImapPassword(host: LabHost, user: string, password: string): Promise<void> {
  await writeInside(host, "/etc/dovecot/users", `${user}:{PLAIN}${password}\n`);
  // Dovecot looks at the file again once a second, and reads it when its time in whole seconds is another
  await shell(host, "chgrp dovecot /etc/dovecot/users; chmod 640 /etc/dovecot/users; sleep 1.1");
}

function entry(name: string, objectClass: string, password: string): string {
  const [, attribute, value] = /^([a-z]+)=([^,]+),/.exec(name) ?? [];
  return `dn: ${name}
changetype: add
objectClass: ${objectClass}
objectClass: simpleSecurityObject
${attribute}: ${value}
userPassword:: ${Buffer.from(password).toString("base64")}
`;
}

/** Changes the directory as root over the local socket; `codes` are the results that are right (32 = no such entry). */
export async function modifyDirectory(host: LabHost, ldif: string, codes: readonly number[] = [0]): Promise<void> {
  const { exitCode, stderr } = await inside(host, ["ldapmodify", "-Q", "-Y", "EXTERNAL", "-H", "ldapi:///"], {
    input: ldif,
  });
  if (!codes.includes(exitCode)) throw new Error(`ldapmodify ended with ${exitCode}: ${stderr}\n${ldif}`);
}

/** Dovecot 2.4 (Debian 13) has another language than those before it. */
const dovecotConfiguration = {
  old: `protocols = imap
listen = 127.0.0.1
ssl = no
disable_plaintext_auth = no
mail_location = maildir:/tmp/mail-of-%u
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
};
