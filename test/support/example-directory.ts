// The directory that docs/how-to/ldap.md asks: ldap.example.org, reached by ldaps, with alice below ou=people,dc=example,dc=org.
import { type LabHost, writeInside } from "../../lab/hosts/index.ts";
import type { Authority } from "./authority.ts";
import { shell } from "./host.ts";
import { modifyDirectory } from "./login-servers.ts";

const base = "dc=example,dc=org";
const server = "ldap.example.org";
const certificate = "/etc/ldap/example.pem";
const key = "/etc/ldap/example.key";

/** Adds it to the servers of a host that has them, under a certificate that the host trusts as it trusts public ones. */
export async function serveExampleDirectory(host: LabHost, authority: Authority): Promise<void> {
  const issued = authority.issue(server, 90);
  await writeInside(host, certificate, issued.certificate);
  await writeInside(host, key, issued.key);
  await writeInside(host, "/usr/local/share/authority.pem", authority.certificate);
  await shell(
    host,
    `chown openldap ${certificate} ${key}
chmod 400 ${key}
install -d -o openldap -g openldap -m 700 /var/lib/ldap-example
echo '127.0.0.1 ${server}' >> /etc/hosts
mkdir -p /etc/ssl/certs
cat /usr/local/share/authority.pem >> /etc/ssl/certs/ca-certificates.crt
sed -i 's|^SLAPD_SERVICES=.*|SLAPD_SERVICES="ldap:/// ldapi:/// ldaps:///"|' /etc/default/slapd`,
  );
  await modifyDirectory(
    host,
    `dn: cn=config
changetype: modify
replace: olcTLSCertificateFile
olcTLSCertificateFile: ${certificate}
-
replace: olcTLSCertificateKeyFile
olcTLSCertificateKeyFile: ${key}
`,
  );
  await modifyDirectory(
    host,
    `dn: olcDatabase=mdb,cn=config
changetype: add
objectClass: olcMdbConfig
olcDatabase: mdb
olcDbDirectory: /var/lib/ldap-example
olcSuffix: ${base}
olcAccess: {0}to * by dn.exact="gidNumber=0+uidNumber=0,cn=peercred,cn=external,cn=auth" write by dn.exact="cn=mail,ou=services,${base}" read by * auth
`,
  );
  await shell(host, "systemctl restart slapd");
}

/** A user of it, and the entry as which saslauthd searches. */
export async function fillExampleDirectory(
  host: LabHost,
  { user, password, bindPassword }: { user: string; password: string; bindPassword: string },
): Promise<void> {
  const secret = (text: string) => `userPassword:: ${Buffer.from(text).toString("base64")}`;
  await modifyDirectory(
    host,
    `dn: ${base}
changetype: add
objectClass: organization
objectClass: dcObject
o: Example

dn: ou=people,${base}
changetype: add
objectClass: organizationalUnit

dn: ou=services,${base}
changetype: add
objectClass: organizationalUnit

dn: cn=mail,ou=services,${base}
changetype: add
objectClass: organizationalRole
objectClass: simpleSecurityObject
${secret(bindPassword)}

dn: uid=${user},ou=people,${base}
changetype: add
objectClass: inetOrgPerson
cn: ${user}
sn: ${user}
mail: ${user}@example.org
${secret(password)}
`,
  );
}
