// The table's rows for accounts and for what saslauthd asks elsewhere.
import { expect } from "@jest/globals";
import { inside, type LabHost } from "../../lab/hosts/index.ts";
import { argvOf, mailUser, shell } from "../support/index.ts";
import type { Row, Stage } from "./rows.ts";

const socketDirectory = "/var/spool/postfix/var/run/saslauthd";
const configuration = "/etc/saslauthd.conf";

/** Asks saslauthd itself, with Cyrus's own client: "OK" or "NO". */
async function asked(host: LabHost, user: string, password: string, realm = ""): Promise<string> {
  const client = [
    "testsaslauthd",
    "-f",
    `${socketDirectory}/mux`,
    "-s",
    "smtp",
    "-r",
    realm,
    "-u",
    user,
    "-p",
    password,
  ];
  return (await inside(host, client)).stdout.slice(3, 5);
}

const directory = { kind: "StatOverride", given: {} };
const remembering = { kind: "SaslauthdService", given: {} };

const someone = {
  by: "useradd -M extra",
  stays: "getent passwd extra",
  undo: "userdel extra",
};

const system: Row = {
  title: "MailAccount, a user of the host, where saslauthd remembers logins",
  kind: "MailAccount",
  given: { name: "bob", password: mailUser.password },
  inputs: {
    name: "bob",
    password: mailUser.password,
    store: "system",
    locked: false,
    adopt: false,
    state: "present",
  },
  files: ["/etc/passwd", "/etc/shadow"],
  daemon: "saslauthd",
  verify: async (host) => {
    expect(await asked(host, "bob", mailUser.password)).toBe("OK");
    expect(await shell(host, "getent passwd bob | cut -d : -f 6,7")).toBe("/nonexistent:/usr/sbin/nologin");
  },
  reports: { login: "bob" },
  drift: ["echo bob:other | chpasswd; usermod -s /bin/bash bob", "usermod -L bob; chage -E 1 bob", "chage -d 0 bob"],
  gone: { by: "userdel bob" },
  edit: someone,
  refused: [
    { what: "a user who is there", given: { name: mailUser.name }, says: /a user alice is on the host already/ },
    { what: "a user of the system", given: { name: "root", adopt: true }, says: /its user ID is 0/ },
  ],
};

const locked: Row = {
  ...system,
  title: "MailAccount, locked",
  given: { ...system.given, locked: true },
  inputs: { ...system.inputs, locked: true },
  verify: async (host) => {
    expect(await asked(host, "bob", mailUser.password)).toBe("NO");
    expect(await shell(host, "passwd -S bob | cut -d ' ' -f 2")).toBe("L");
  },
  drift: ["echo bob:other | chpasswd"],
  refused: [],
};

const adopted: Row = {
  title: "MailAccount, a user who was there",
  kind: "MailAccount",
  given: { name: mailUser.name, password: "another one", adopt: true },
  inputs: {
    name: mailUser.name,
    password: "another one",
    store: "system",
    locked: false,
    adopt: true,
    state: "present",
  },
  // dates and a lock that a mere new password would lose
  prepare: `cp /etc/shadow /run/shadow.kept; usermod -L ${mailUser.name}; chage -d 19000 -E 40000 ${mailUser.name}`,
  files: ["/etc/passwd", "/etc/shadow"],
  daemon: "saslauthd",
  verify: async (host) => {
    expect(await asked(host, mailUser.name, "another one")).toBe("OK");
    expect(await shell(host, `getent passwd ${mailUser.name} | cut -d : -f 7`)).toBe("/bin/sh");
  },
  drift: [`echo ${mailUser.name}:other | chpasswd`],
  edit: someone,
};

const asMade = "cat /run/shadow.kept > /etc/shadow; rm /run/shadow.kept";

const sasldb: Row = {
  title: "MailAccount, an entry in sasldb",
  kind: "MailAccount",
  prepare: asMade,
  given: { name: "bob", password: mailUser.password, store: "sasldb", realm: "example.org" },
  inputs: {
    name: "bob",
    password: mailUser.password,
    store: "sasldb",
    realm: "example.org",
    locked: false,
    adopt: false,
    state: "present",
  },
  files: ["/etc/sasldb2"],
  daemon: "saslauthd",
  verify: async (host) => {
    expect(await asked(host, "bob", mailUser.password, "example.org")).toBe("OK");
    expect(await asked(host, "bob", mailUser.password)).toBe("NO");
    expect(await shell(host, "stat -c '%U:%G %a' /etc/sasldb2")).toBe("root:sasl 660");
  },
  reports: { login: "bob@example.org" },
  drift: ["echo other | saslpasswd2 -p -u example.org bob"],
  gone: { by: "saslpasswd2 -d -u example.org bob" },
  edit: {
    by: "echo x | saslpasswd2 -p -c -u example.org extra",
    stays: "sasldblistusers2 | grep -q extra@example.org",
    undo: "saslpasswd2 -d -u example.org extra",
  },
};

const inHostsRealm: Row = {
  ...sasldb,
  title: "MailAccount, an entry in sasldb that was there, in the realm of the host's name",
  prepare: "echo 'the old one' | saslpasswd2 -p -c carol",
  given: { name: "carol", password: mailUser.password, store: "sasldb", adopt: true },
  inputs: {
    name: "carol",
    password: mailUser.password,
    store: "sasldb",
    locked: false,
    adopt: true,
    state: "present",
  },
  verify: async (host) => {
    expect(await asked(host, "carol", mailUser.password)).toBe("OK");
    expect(await asked(host, "carol", "the old one")).toBe("NO");
  },
  reports: { login: expect.stringMatching(/^carol@[a-z-]+1[23]-/) },
  drift: [],
  gone: { by: "saslpasswd2 -d carol" },
};

const saslauthdInputs = {
  socketDirectory,
  takeOver: false,
  dropIn: expect.stringContaining(socketDirectory),
  enabled: true,
  state: "running",
  realmInLogin: false,
};
const ldap = {
  servers: ["ldap://localhost"],
  searchBase: "ou=people,dc=example,dc=org",
  bindDn: "cn=reader,dc=example,dc=org",
  filter: "(mail=%u)",
};

const byLdap: Row = {
  title: "SaslauthdService with a directory, beside settings of others",
  kind: "SaslauthdService",
  prepare: `saslpasswd2 -d carol
printf '# mine\\nldap_deref: never\\nldap_scope: one\\nldap_bind_pw: old\\n' > ${configuration}; chown root:adm ${configuration}; chmod 640 ${configuration}`,
  given: { mechanism: "ldap", ldap, ldapBindPassword: mailUser.password },
  inputs: { ...saslauthdInputs, mechanism: "ldap", cache: false, ldap, ldapBindPassword: mailUser.password },
  files: [configuration, "/etc/default/saslauthd"],
  daemon: "saslauthd",
  verify: async (host) => {
    expect(await shell(host, `grep -v '^#' ${configuration}`)).toBe(
      `ldap_deref: never
ldap_scope: sub
ldap_servers: ldap://localhost
ldap_search_base: ou=people,dc=example,dc=org
ldap_filter: (mail=%u)
ldap_bind_dn: cn=reader,dc=example,dc=org
ldap_password: ${mailUser.password}`,
    );
    expect(await shell(host, `stat -c '%U:%G %a' ${configuration}`)).toBe("root:root 600");
    expect(await argvOf(host, "saslauthd")).toBe(`/usr/sbin/saslauthd -a ldap -m ${socketDirectory} -n 5`);
    // a daemon that was started before the file was written may have the old one in its memory
    await shell(host, `[ -n "$(find ${socketDirectory}/mux -newer ${configuration})" ]`);
  },
  drift: [`sed -i 's/^ldap_password: .*/ldap_password: other/' ${configuration}`, `chmod 644 ${configuration}`],
  edit: {
    by: `echo 'ldap_debug: 1' >> ${configuration}`,
    stays: `grep -qx 'ldap_debug: 1' ${configuration}`,
    undo: `sed -i '/^ldap_debug/d' ${configuration}`,
  },
  refused: [
    {
      what: "authorities that are not there",
      given: { ldap: { ...ldap, startTls: true, certificateAuthorityFile: "/etc/ssl/nobody.pem" } },
      says: /nobody\.pem does not exist/,
    },
  ],
};

const byImap: Row = {
  title: "SaslauthdService with an IMAP server, and the realm in the login",
  kind: "SaslauthdService",
  prepare: `rm ${configuration}`,
  given: { mechanism: "rimap", rimap: { host: "localhost", port: 1143 }, realmInLogin: true },
  inputs: {
    ...saslauthdInputs,
    mechanism: "rimap",
    cache: false,
    rimap: { host: "localhost", port: 1143 },
    realmInLogin: true,
  },
  files: ["/etc/default/saslauthd"],
  daemon: "saslauthd",
  verify: async (host) => {
    expect(await argvOf(host, "saslauthd")).toBe(
      `/usr/sbin/saslauthd -a rimap -r -O localhost/1143 -m ${socketDirectory} -n 5`,
    );
  },
  drift: ["sed -i 's,^MECH_OPTIONS=.*,MECH_OPTIONS=\"-d\",; s,-O localhost/1143,-O localhost,' /etc/default/saslauthd"],
};

export const backendStages: readonly Stage[] = [
  { what: "with a saslauthd that remembers", needs: [directory, remembering], rows: [system, locked, adopted] },
  {
    what: "with a saslauthd that asks sasldb",
    needs: [directory, { kind: "SaslauthdService", given: { mechanism: "sasldb" } }],
    rows: [sasldb, inHostsRealm],
  },
  { what: "with the socket directory alone", needs: [directory], rows: [byLdap, byImap] },
];
