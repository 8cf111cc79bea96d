// The table: what each resource is asked for, what it owns, how another program sees it, and what people do to it.
import { expect } from "@jest/globals";
import type { LabHost } from "../../lab/hosts/index.ts";
import type { Properties } from "../../providers/engine/state.ts";
import { argvOf, listeningPorts, mailUser, shell, smtplib } from "../support/index.ts";
import type { Asked } from "../support/resource-on-host.ts";

export interface Row extends Asked {
  readonly title: string;
  /** The inputs after check, defaults included. */
  readonly inputs: Properties;
  /** What it writes to: must not be touched when all is right already. */
  readonly files: readonly string[];
  /** A daemon that must not be started again either. */
  readonly daemon?: string;
  /** Shell text that makes the host ready first. */
  readonly prepare?: string;
  /** Looks by another command than the product uses. */
  readonly verify: (host: LabHost) => Promise<void>;
  /** What the state must hold besides the inputs. */
  readonly reports?: Record<string, unknown>;
  /** Shell texts, each of which breaks it. */
  readonly drift?: readonly string[];
  /** Makes it vanish; without `back` it is created again. */
  readonly gone?: { readonly by: string; readonly back?: string };
  /** Somebody else's change next to ours, before the delete: how it is made, seen to be there, and taken out. */
  readonly edit?: { readonly by: string; readonly stays: string; readonly undo: string };
  /** Inputs that check can not know to be wrong on this host. */
  readonly refused?: readonly { readonly what: string; readonly given: Properties; readonly says: RegExp }[];
}

/** Rows that share what must be on the host before them. */
export interface Stage {
  readonly what: string;
  readonly needs: readonly Asked[];
  readonly rows: readonly Row[];
}

const socketDirectory = "/var/spool/postfix/var/run/saslauthd";
const dropIn = "/etc/systemd/system/saslauthd.service.d/sasl-mail-host.conf";

const holds = (script: string) => async (host: LabHost) => {
  await shell(host, script);
};

/** A comment at the end of a file. */
const comment = (file: string) => ({
  by: `echo '# by hand' >> ${file}`,
  stays: `grep -qx '# by hand' ${file}`,
  undo: `sed -i '/^# by hand$/d' ${file}`,
});

export const packagesRow: Row = {
  title: "SaslPackage",
  kind: "SaslPackage",
  given: {},
  inputs: { packages: ["libsasl2-modules", "sasl2-bin", "postfix"] },
  files: ["/var/lib/dpkg/status"],
  verify: holds(
    "for name in libsasl2-modules sasl2-bin postfix; do dpkg -s $name | grep -qx 'Status: install ok installed' || exit 1; done",
  ),
  reports: { versions: { postfix: expect.stringMatching(/^3\./), "sasl2-bin": expect.stringMatching(/^2\.1\.28/) } },
  drift: ["dpkg --force-depends --purge libsasl2-modules"],
  edit: {
    by: "apt-get -qq install -y netcat-openbsd",
    stays: "dpkg -s netcat-openbsd | grep -qx 'Status: install ok installed'",
    undo: "apt-get -qq purge -y netcat-openbsd",
  },
  refused: [{ what: "a package that does not exist", given: { packages: ["no-such-pkg"] }, says: /no-such-pkg/ }],
};

const statOverride: Row = {
  title: "StatOverride",
  kind: "StatOverride",
  given: {},
  inputs: { path: socketDirectory, owner: "root", group: "sasl", mode: "710" },
  files: [socketDirectory, "/var/lib/dpkg/statoverride"],
  verify: holds(
    `[ "$(stat -c '%U %G %a %F' ${socketDirectory})" = 'root sasl 710 directory' ] && grep -qx 'root sasl 710 ${socketDirectory}' /var/lib/dpkg/statoverride`,
  ),
  drift: [
    `chmod 755 ${socketDirectory}`,
    `chown postfix:postfix ${socketDirectory}`,
    `rmdir ${socketDirectory}`,
    `dpkg-statoverride --remove ${socketDirectory}`,
    `dpkg-statoverride --remove ${socketDirectory}; dpkg-statoverride --update --add root root 700 ${socketDirectory}`,
  ],
  gone: { by: `dpkg-statoverride --remove ${socketDirectory}; rm -r /var/spool/postfix/var` },
  edit: {
    by: "dpkg-statoverride --add root root 755 /srv",
    stays: "grep -qx 'root root 755 /srv' /var/lib/dpkg/statoverride",
    undo: "dpkg-statoverride --remove /srv",
  },
  refused: [
    {
      what: "a group that does not exist",
      given: { group: "nogroup-here" },
      says: /the group nogroup-here does not exist/,
    },
    { what: "a file in its place", given: { path: "/etc/hostname" }, says: /a regular file is in its place/ },
  ],
};

const groupMember: Row = {
  title: "GroupMember",
  kind: "GroupMember",
  given: {},
  inputs: { user: "postfix", group: "sasl" },
  files: ["/etc/group", "/etc/gshadow"],
  verify: holds("getent group sasl | cut -d : -f 4 | tr , '\\n' | grep -qx postfix"),
  gone: { by: "gpasswd -d postfix sasl" },
  edit: {
    by: `gpasswd -a ${mailUser.name} sasl`,
    stays: `getent group sasl | cut -d : -f 4 | grep -qx ${mailUser.name}`,
    undo: `gpasswd -d ${mailUser.name} sasl`,
  },
  refused: [{ what: "a user that does not exist", given: { user: "ghost" }, says: /the user ghost does not exist/ }],
};

const saslauthdTraces =
  "etc/default/saslauthd etc/systemd/system/saslauthd.service.d etc/systemd/system/multi-user.target.wants/saslauthd.service";

const saslauthdService: Row = {
  title: "SaslauthdService",
  kind: "SaslauthdService",
  given: { threads: 5 },
  inputs: {
    socketDirectory,
    mechanism: "pam",
    cache: true,
    realmInLogin: false,
    threads: 5,
    takeOver: false,
    dropIn: expect.stringContaining("\nPIDFile=\n"),
    enabled: true,
    state: "running",
  },
  files: ["/etc/default/saslauthd", dropIn],
  daemon: "saslauthd",
  verify: async (host) => {
    expect(await argvOf(host, "saslauthd")).toBe(`/usr/sbin/saslauthd -a pam -c -m ${socketDirectory} -n 5`);
    expect(await shell(host, "systemctl is-enabled saslauthd")).toBe("enabled");
    expect(await shell(host, `stat -c %F ${socketDirectory}/mux`)).toBe("socket");
  },
  drift: [
    `sed -i 's|^OPTIONS=.*|OPTIONS="-c -m /var/run/saslauthd"|; s/^THREADS=.*/THREADS=9/' /etc/default/saslauthd`,
    "pkill -9 -x saslauthd",
    `chmod 700 ${socketDirectory}/mux`,
    `rm ${socketDirectory}/mux`,
    `rm ${dropIn}`,
    "systemctl disable saslauthd",
  ],
  // its files outlive the program: only without them nothing is left of it
  gone: {
    by: `mv /usr/sbin/saslauthd /usr/sbin/away; tar -C / -cpf /root/traces.tar ${saslauthdTraces}; cd / && rm -r ${saslauthdTraces}`,
    back: "tar -C / -xpf /root/traces.tar; rm /root/traces.tar; mv /usr/sbin/away /usr/sbin/saslauthd",
  },
  edit: comment("/etc/default/saslauthd"),
};

const smtps: Row = {
  title: "MasterService smtps",
  kind: "MasterService",
  given: {},
  inputs: {
    service: "smtps",
    type: "inet",
    private: "n",
    unprivileged: "-",
    chroot: "y",
    wakeup: "-",
    command: "smtpd",
    options: {
      smtpd_sasl_auth_enable: "yes",
      smtpd_client_restrictions: "permit_sasl_authenticated,reject",
      smtpd_recipient_restrictions: "permit_sasl_authenticated,reject_unauth_destination",
    },
    initialOptions: {},
    // Pulumi sorts the members of an object
    entry: `smtps     inet  n       -       y       -       -       smtpd
  -o smtpd_client_restrictions=permit_sasl_authenticated,reject
  -o smtpd_recipient_restrictions=permit_sasl_authenticated,reject_unauth_destination
  -o smtpd_sasl_auth_enable=yes
`,
  },
  files: ["/etc/postfix/master.cf"],
  verify: async (host) => {
    expect((await shell(host, "postconf -M smtps/inet")).split(/\s+/).join(" ")).toBe(
      "smtps inet n - y - - smtpd -o smtpd_client_restrictions=permit_sasl_authenticated,reject -o smtpd_recipient_restrictions=permit_sasl_authenticated,reject_unauth_destination -o smtpd_sasl_auth_enable=yes",
    );
    await shell(host, "postfix check");
  },
  drift: [
    "sed -i 's/^smtps .*/smtps inet n - - - - smtpd/' /etc/postfix/master.cf",
    "postconf -P smtps/inet/smtpd_sasl_auth_enable=no",
    "postconf -P smtps/inet/smtpd_sasl_security_options=noplaintext",
  ],
  gone: { by: "postconf -MX smtps/inet" },
  edit: comment("/etc/postfix/master.cf"),
  refused: [
    {
      what: "a parameter that this Postfix does not have",
      given: { options: { smptd_sasl_auth_enable: "yes" } },
      says: /no parameter smptd_sasl_auth_enable/,
    },
  ],
};

const submission: Row = {
  ...smtps,
  title: "MasterService submission, with options of its own",
  given: {
    service: "submission",
    processLimit: "10",
    command: "smtpd -v",
    options: {
      smtpd_sasl_auth_enable: "yes",
      smtpd_tls_security_level: "may",
      smtpd_relay_restrictions: "permit_sasl_authenticated, reject",
    },
  },
  inputs: {
    service: "submission",
    type: "inet",
    private: "n",
    unprivileged: "-",
    chroot: "y",
    wakeup: "-",
    processLimit: "10",
    command: "smtpd -v",
    options: {
      smtpd_sasl_auth_enable: "yes",
      smtpd_tls_security_level: "may",
      smtpd_relay_restrictions: "permit_sasl_authenticated, reject",
    },
    initialOptions: {},
    entry: expect.stringContaining("  -o { smtpd_relay_restrictions = permit_sasl_authenticated, reject }\n"),
  },
  verify: async (host) => {
    expect(await shell(host, "postconf -Fh submission/inet/process_limit submission/inet/command")).toMatch(
      /^10\nsmtpd -v /,
    );
    expect(await shell(host, "postconf -Ph submission/inet/smtpd_relay_restrictions")).toBe(
      "permit_sasl_authenticated, reject",
    );
    await shell(host, "postfix check");
  },
  drift: ["postconf -F submission/inet/chroot=n", "postconf -PX submission/inet/smtpd_tls_security_level"],
  gone: { by: "postconf -M# submission/inet && sed -i '/^#submission .*-v/,$d' /etc/postfix/master.cf" },
  refused: [],
};

const smtpdConf: Row = {
  title: "SmtpdConf",
  kind: "SmtpdConf",
  given: {},
  inputs: {
    path: "/etc/postfix/sasl/smtpd.conf",
    pwcheckMethod: "saslauthd",
    mechList: ["plain", "login"],
    settings: "pwcheck_method: saslauthd\nmech_list: plain login\n",
  },
  files: ["/etc/postfix/sasl/smtpd.conf"],
  verify: holds(
    `[ "$(cat /etc/postfix/sasl/smtpd.conf)" = "$(printf 'pwcheck_method: saslauthd\\nmech_list: plain login')" ] && [ "$(stat -c '%U:%G %a' /etc/postfix/sasl/smtpd.conf)" = 'root:root 644' ]`,
  ),
  drift: [
    "printf 'pwcheck_method: auxprop\\nmech_list: cram-md5\\n' > /etc/postfix/sasl/smtpd.conf",
    ": > /etc/postfix/sasl/smtpd.conf",
  ],
  gone: { by: "rm /etc/postfix/sasl/smtpd.conf" },
  edit: {
    by: "echo 'log_level: 3' >> /etc/postfix/sasl/smtpd.conf",
    stays: "[ \"$(cat /etc/postfix/sasl/smtpd.conf)\" = 'log_level: 3' ]",
    undo: "rm /etc/postfix/sasl/smtpd.conf",
  },
  refused: [
    {
      what: "a folder that does not exist",
      given: { path: "/etc/nowhere/smtpd.conf" },
      says: /its folder does not exist/,
    },
  ],
};

const away = { by: "mv /usr/sbin/postfix /usr/sbin/away", back: "mv /usr/sbin/away /usr/sbin/postfix" };

const postfixInputs = {
  ports: [25],
  tlsPorts: [],
  configuration: {},
  cleartextAuth: false,
  allowCleartext: false,
  mayStop: true,
  proves: true,
};

/** Lets Postfix start a daemon that serves port 25. */
const greeting = "bash -c 'exec 3<>/dev/tcp/127.0.0.1/25; head -n 1 <&3'";

/** On Debian 12 the unit is stopped before its instance is. */
const postfixGone = "while pgrep -x master >/dev/null; do sleep 0.1; done";

const running: Row = {
  title: "PostfixService running, on a host where it is stopped",
  kind: "PostfixService",
  prepare: `systemctl disable --now postfix; ${postfixGone}`,
  given: { ports: [25] },
  inputs: { state: "running", enabled: true, ...postfixInputs },
  files: ["/etc/postfix/main.cf", "/etc/postfix/master.cf"],
  daemon: "master",
  verify: async (host) => {
    expect(await listeningPorts(host)).toContain(25);
    expect(await shell(host, "systemctl is-enabled postfix")).toBe("enabled");
    expect((await smtplib({ host: host.address, port: 25 })).offered).toEqual([]);
  },
  drift: [
    `systemctl stop postfix; ${postfixGone}`,
    "systemctl disable postfix",
    `pkill -9 -x master; ${postfixGone}`,
    // written and put back: nobody can tell what was loaded in between
    "postconf -e smtpd_timeout=301s; systemctl reload postfix; postconf -X smtpd_timeout",
    // a daemon that started while the groups were others
    `sleep 2; pkill -x smtpd; usermod -a -G adm postfix; ${greeting}; gpasswd -d postfix adm`,
  ],
  gone: away,
  edit: comment("/etc/postfix/main.cf"),
};

const stopped: Row = {
  ...running,
  title: "PostfixService stopped, on a host where it runs",
  prepare: "systemctl enable --now postfix",
  given: { state: "stopped", enabled: false },
  inputs: { state: "stopped", enabled: false, ...postfixInputs },
  verify: async (host) => {
    expect(await listeningPorts(host)).not.toContain(25);
    expect(await shell(host, "pgrep -x master || systemctl is-enabled postfix || :")).toBe("disabled");
  },
  drift: ["systemctl start postfix", "systemctl enable postfix", "/usr/sbin/postfix start"],
};

const proofInputs = {
  port: 465,
  listening: [25],
  socketDirectory,
  mechanisms: ["PLAIN", "LOGIN"],
  startTls: [],
  noAuth: [],
  outside: "expected",
  expiryWarningDays: 21,
  covers: {},
};
const login = { username: mailUser.name, password: mailUser.password };

const proof: Row = {
  title: "AuthProof with a password",
  kind: "AuthProof",
  given: login,
  inputs: { ...proofInputs, ...login },
  files: ["/etc/postfix/main.cf", "/etc/postfix/master.cf", "/etc/postfix/sasl/smtpd.conf", "/etc/default/saslauthd"],
  daemon: "master",
  verify: async (host) => {
    const { name: user, password } = mailUser;
    expect(await smtplib({ host: host.address, port: 465, user, password })).toMatchObject({ code: 235 });
  },
  reports: { reply: expect.stringMatching(/^235 /), offered: ["PLAIN", "LOGIN"], seenListening: [25, 465] },
  drift: [
    "echo '# by hand' >> /etc/postfix/main.cf",
    "sed -i '/^# by hand$/d' /etc/postfix/main.cf",
    "systemctl disable saslauthd",
    "systemctl enable saslauthd",
  ],
  refused: [
    { what: "a wrong password", given: { password: "not the password" }, says: /535 5\.7\.8/ },
    { what: "a user that does not exist", given: { username: "ghost" }, says: /535 5\.7\.8/ },
  ],
};

const bogus: Row = {
  ...proof,
  title: "AuthProof without a password",
  given: {},
  inputs: proofInputs,
  reports: { reply: expect.stringMatching(/^535 /) },
  drift: [],
  refused: [],
};

export const stages: readonly Stage[] = [
  {
    what: "with the packages",
    needs: [],
    rows: [statOverride, groupMember, smtps, submission, smtpdConf, running, stopped],
  },
  { what: "with the socket directory", needs: [statOverride], rows: [saslauthdService] },
  {
    what: "with all that a login needs",
    needs: [statOverride, groupMember, saslauthdService, smtps, smtpdConf, running],
    rows: [proof, bogus],
  },
];
