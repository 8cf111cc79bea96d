// Faults of files that others have: broken, edited meanwhile, of an unusual form. Configurations that
// cannot work.
import type { Fault, Injection } from "../fault.ts";
import { once, onHost } from "../injections.ts";
import { changeBegun } from "../moments.ts";
import { mustBeRefused, mustWork } from "../row.ts";

const serving = { look: "systemctl is-active postfix; ss -Hltn 'sport = :25' | grep -c .", is: /^active\n[12]/ };

const kept = (path: string) => `cp -a ${path} /run/kept-file`;
const back = (path: string) => `rm -f ${path}; cp -a /run/kept-file ${path}`;

/** A file that we need is broken: refused, named, and nothing is changed. */
const broken = (
  id: string,
  fault: string,
  of: string,
  path: string,
  spoil: string,
  says: readonly RegExp[],
  more: Partial<Fault> = {},
): Fault =>
  mustBeRefused(id, fault, of, [onHost(`${kept(path)}; ${spoil}`, back(path))], {
    meets: "up",
    says,
    shows: serving,
    ...more,
  });

/** A form of the host that is right as it is, and stays so. */
const odd = (
  id: string,
  fault: string,
  of: string,
  inject: readonly Injection[],
  shows: { look: string; is: RegExp },
  leaves: RegExp,
  more: Partial<Fault> = {},
): Fault => mustWork(id, fault, of, inject, { shows, leaves, ...more });

/** A configuration that passes the schema and does not work. */
const trap = (
  id: string,
  fault: string,
  configure: Record<string, unknown>,
  says: readonly RegExp[],
  inject: readonly Injection[] = [],
): Fault => mustBeRefused(id, fault, "faults.md 38", inject, { configure, says, shows: serving });

const master = "/etc/postfix/master.cf";

/** What an administrator adds, and what must still be there afterwards. */
const addPolicy = `printf 'policy unix - n n - 0 spawn\\n  user=nobody argv=/bin/true\\n' >> ${master}`;
const policyStays = {
  leaves: /master\.cf/,
  shows: { look: "postconf -M policy/unix", is: /^policy/ },
} satisfies Partial<Fault>;

export const ofFiles: readonly Fault[] = [
  broken(
    "master-cf-broken",
    "A line of master.cf is broken",
    "faults.md 35",
    master,
    `sed -i '10i broken line' ${master}`,
    [/master-cf-broken/, /broken line/],
  ),
  broken(
    "main-cf-without-equals",
    "A line of main.cf has no `=`",
    "faults.md 36",
    "/etc/postfix/main.cf",
    "echo 'no equals here' >> /etc/postfix/main.cf",
    [/main\.cf/, /no equals here|missing '='/],
  ),
  broken("master-cf-missing", "master.cf is gone", "faults.md 35", master, `rm ${master}`, [/master-cf-missing/]),
  broken(
    "passwd-locked",
    "/etc/passwd is locked by somebody who edits it",
    "issue 14",
    "/etc/group",
    "touch /etc/passwd.lock /etc/group.lock /etc/gshadow.lock; echo 1 > /etc/group.lock; echo 1 > /etc/passwd.lock; echo 1 > /etc/gshadow.lock",
    [/group|lock/],
    {
      inject: [
        onHost(
          "echo 1 > /etc/passwd.lock; echo 1 > /etc/group.lock; echo 1 > /etc/gshadow.lock",
          "rm -f /etc/passwd.lock /etc/group.lock /etc/gshadow.lock",
        ),
      ],
      exit: "any",
      left: "either",
    },
  ),
  odd(
    "main-cf-symlink",
    "main.cf and master.cf are symbolic links",
    "faults.md 59",
    [
      onHost(
        "mkdir /srv/postfix; for file in main master; do mv /etc/postfix/$file.cf /srv/postfix/; ln -s /srv/postfix/$file.cf /etc/postfix/$file.cf; done",
      ),
    ],
    {
      look: "readlink /etc/postfix/main.cf /etc/postfix/master.cf",
      is: /^\/srv\/postfix\/main\.cf\n\/srv\/postfix\/master\.cf/,
    },
    /\/srv|\/etc\/postfix\/(main|master)\.cf/,
  ),
  odd(
    "master-cf-0640",
    "master.cf is 0640 root:adm",
    "faults.md 59",
    [onHost(`chgrp adm ${master}; chmod 640 ${master}`)],
    { look: `stat -c '%a %G' ${master}`, is: /^640 adm/ },
    /master\.cf/,
  ),
  odd(
    "master-cf-odd-bytes",
    "master.cf has CRLF comments, bytes that are no UTF-8, and no final newline",
    "faults.md 60",
    [onHost(`printf '# caf\\351 of others\\r\\n#\\t trailing  \\n# the end' >> ${master}; cp ${master} /run/odd`)],
    {
      look: `grep -a -c 'caf' ${master}; tail -c 9 ${master} | od -An -c; grep -a -c "$(printf '\\351 of others')" ${master}`,
      is: /^1/,
    },
    /master\.cf/,
  ),
  odd(
    "smtpd-conf-of-others",
    "smtpd.conf is there already, with a line of somebody else",
    "faults.md 59",
    [onHost("mkdir -p /etc/postfix/sasl; printf '# ours\\nlog_level: 7\\n' > /etc/postfix/sasl/smtpd.conf")],
    { look: "cat /etc/postfix/sasl/smtpd.conf", is: /# ours[\s\S]*log_level: 7/ },
    /smtpd\.conf|\/etc\/postfix\/sasl/,
  ),
  odd(
    "conffile-edited",
    "/etc/default/saslauthd was edited by the administrator",
    "faults.md 27",
    [onHost("printf '\\n# of the administrator\\nPARAMS=\"\"\\n' >> /etc/default/saslauthd")],
    { look: "cat /etc/default/saslauthd", is: /# of the administrator\nPARAMS=""/ },
    /default\/saslauthd/,
  ),
  odd(
    "conffile-replaced",
    "An upgrade of the package replaces /etc/default/saslauthd by its own",
    "issue 14",
    [
      onHost(
        "cd /run; apt-get -qq download sasl2-bin >/dev/null 2>&1 || cp /srv/repo/sasl2-bin_*.deb .; dpkg -i --force-confnew --force-confmiss sasl2-bin_*.deb >/dev/null 2>&1; rm -f /etc/default/saslauthd; dpkg -i --force-confnew --force-confmiss sasl2-bin_*.deb >/dev/null 2>&1; test -e /etc/default/saslauthd",
      ),
    ],
    { look: "cat /etc/default/saslauthd", is: /^[\s\S]*var\/spool\/postfix\/var\/run\/saslauthd/m },
    /nothing/,
    { meets: "change" },
  ),
  odd(
    "postfix-reinstalled",
    "postfix is reinstalled between two runs",
    "issue 14",
    [
      onHost(
        "apt-get -qq update; DEBIAN_FRONTEND=noninteractive apt-get -qq install -y --reinstall postfix sasl2-bin >/dev/null 2>&1",
      ),
    ],
    { look: "systemctl is-active postfix", is: /^active/ },
    /nothing/,
    { meets: "change" },
  ),
  {
    id: "edited-meanwhile",
    of: "faults.md 46",
    fault: "An administrator edits master.cf in the middle of a change",
    start: "mail",
    meets: "change",
    inject: [once(changeBegun, addPolicy)],
    exit: "any",
    left: "either",
    ...policyStays,
  },
  {
    id: "edited-before-proof-fails",
    of: "H6",
    fault: "An administrator adds a service to master.cf in a change whose proof fails",
    start: "mail",
    meets: "change",
    secrets: { proofPassword: "wrong" },
    inject: [once(changeBegun, `sleep 0.2; ${addPolicy}`)],
    exit: "not 0",
    says: [/refused-by-saslauthd/],
    left: "as before",
    ...policyStays,
  },
  {
    id: "destroy-after-hand-edits",
    of: "faults.md 53",
    fault: "Others have edited the files and added a service since the last up, and a destroy begins",
    start: "mail",
    meets: "destroy",
    inject: [
      onHost(
        `${addPolicy}; echo 'log_level: 7' >> /etc/postfix/sasl/smtpd.conf; echo PARAMS=theirs >> /etc/default/saslauthd; postconf -e smtpd_banner=theirs`,
      ),
    ],
    exit: 0,
    left: "as asked",
    leaves: /master\.cf|main\.cf|smtpd\.conf|\/etc\/postfix\/sasl|default\/saslauthd/,
    shows: {
      look: "postconf -M policy/unix; cat /etc/postfix/sasl/smtpd.conf; grep PARAMS /etc/default/saslauthd; postconf -h smtpd_banner; postconf -M smtps/inet",
      is: /^policy[\s\S]*log_level: 7\nPARAMS=theirs\ntheirs$/m,
    },
  },
  trap("sasl-type-unknown", "A SASL type that Postfix does not have", { options: { smtpd_sasl_type: "cyrux" } }, [
    /smtpd_sasl_type=cyrux/,
  ]),
  trap(
    "parameter-misspelt",
    "A parameter that Postfix does not have",
    { options: { smptd_client_restrictions: "reject" } },
    [/no parameter smptd_client_restrictions/],
  ),
  trap(
    "certificate-absent",
    "A certificate that is not on the host",
    {
      tls: { certificateFile: "/etc/ssl/certs/nobody.pem", keyFile: "/etc/ssl/private/nobody.key" },
      allowCleartext: undefined,
    },
    [/certificate-unusable/],
  ),
  trap(
    "certificate-expired",
    "The certificate expired overnight",
    {
      tls: { certificateFile: "/root/old.pem", keyFile: "/root/old.key", serverName: "mail.lab.example" },
      allowCleartext: undefined,
    },
    [/ran out/, /certificate-unusable/],
    [
      onHost(
        "openssl req -x509 -newkey rsa:2048 -nodes -subj /CN=mail.lab.example -addext subjectAltName=DNS:mail.lab.example -keyout /root/old.key -out /root/old.pem -days 1 2>/dev/null; openssl x509 -in /root/old.pem -days -1 -signkey /root/old.key -out /root/new.pem 2>/dev/null && mv /root/new.pem /root/old.pem || openssl req -x509 -newkey rsa:2048 -nodes -subj /CN=mail.lab.example -keyout /root/old.key -out /root/old.pem -not_before 20240101000000Z -not_after 20240201000000Z 2>/dev/null; ! openssl x509 -in /root/old.pem -noout -checkend 0 >/dev/null",
        "rm -f /root/old.*",
      ),
    ],
  ),
  trap(
    "certificate-of-another-key",
    "The key does not belong to the certificate",
    {
      tls: { certificateFile: "/root/one.pem", keyFile: "/root/other.key", serverName: "mail.lab.example" },
      allowCleartext: undefined,
    },
    [/does not belong/],
    [
      onHost(
        "cd /root; for name in one other; do openssl req -x509 -newkey rsa:2048 -nodes -days 3 -subj /CN=mail.lab.example -keyout $name.key -out $name.pem 2>/dev/null; done",
        "rm /root/one.* /root/other.*",
      ),
    ],
  ),
  trap("socket-outside-chroot", "The socket outside Postfix's chroot", { socketDirectory: "/run/saslauthd" }, [/454/]),
  trap(
    "open-relay",
    "Port 25 is an open relay",
    { threads: 2 },
    [/OPEN RELAY/, /open-relay/],
    [
      onHost(
        "cp -p /etc/postfix/main.cf /run/main.cf; postconf -e mynetworks=0.0.0.0/0; systemctl reload postfix",
        "cat /run/main.cf > /etc/postfix/main.cf; systemctl reload postfix",
      ),
    ],
  ),
  trap(
    "account-locked",
    "The account of the proof is locked",
    { threads: 2 },
    [/refused-by-saslauthd/],
    [onHost("usermod -L alice", "usermod -U alice")],
  ),
];
