// What people and programs do to a host between two runs, resource by resource: how it is broken by hand, which resource must
// show it, and what the host must look like after the repair (seen by other means than the product's).
import { expect } from "@jest/globals";
import type { LabHost } from "../../lab/hosts/index.ts";
import { argvOf, listeningPorts, shell } from "../support/host.ts";
import { smtplib } from "../support/mail-client.ts";

export interface Drift {
  readonly what: string;
  readonly breakage: string;
  /** `name: operation`, as `preview` plans it. */
  readonly shownBy: string;
  readonly repaired: (host: LabHost) => Promise<void>;
}

const socketDirectory = "/var/spool/postfix/var/run/saslauthd";

const holds = (script: string) => async (host: LabHost) => {
  await shell(host, script);
};

/** Each list is broken at once and repaired by one `up`. */
export const driftRounds: readonly (readonly Drift[])[] = [
  [
    {
      what: "a package is purged",
      breakage: "dpkg --force-depends --purge libsasl2-modules",
      shownBy: "mail-packages: update",
      repaired: holds("dpkg -s libsasl2-modules | grep -qx 'Status: install ok installed'"),
    },
    {
      what: "the socket directory is opened for everybody",
      breakage: `chmod 755 ${socketDirectory}`,
      shownBy: "mail-socket-directory: update",
      repaired: holds(`[ "$(stat -c '%a %U %G' ${socketDirectory})" = '710 root sasl' ]`),
    },
    {
      what: "Postfix is taken out of the group",
      breakage: "gpasswd -d postfix sasl",
      shownBy: "mail-postfix-in-sasl: create",
      // the running daemons must have it, not only the file: a child of master asks initgroups() when it starts
      repaired: holds('grep -qw "$(getent group sasl | cut -d : -f 3)" /proc/$(pgrep -u postfix -n .)/status'),
    },
    {
      what: "saslauthd's options are set back",
      breakage: `sed -i 's|^OPTIONS=.*|OPTIONS="-c -m /var/run/saslauthd"|' /etc/default/saslauthd`,
      shownBy: "mail-saslauthd: update",
      repaired: async (host) => expect(await argvOf(host, "saslauthd")).toContain(`-m ${socketDirectory}`),
    },
    {
      what: "the master.cf entry is turned to the page's chroot column",
      breakage: "sed -i 's/^smtps .*/smtps inet n - - - - smtpd/' /etc/postfix/master.cf",
      shownBy: "mail-smtps: update",
      repaired: async (host) => expect(await shell(host, "postconf -Fh smtps/inet/chroot")).toBe("y"),
    },
    {
      what: "the SASL application file asks for another mechanism",
      breakage: "printf 'pwcheck_method: auxprop\\nmech_list: cram-md5\\n' > /etc/postfix/sasl/smtpd.conf",
      shownBy: "mail-smtpd-conf: update",
      repaired: holds(
        "grep -qx 'pwcheck_method: saslauthd' /etc/postfix/sasl/smtpd.conf && grep -qx 'mech_list: plain login' /etc/postfix/sasl/smtpd.conf",
      ),
    },
    {
      what: "Postfix is stopped and disabled",
      breakage: "systemctl stop postfix; systemctl disable postfix",
      shownBy: "mail-postfix: update",
      repaired: async (host) => {
        expect(await listeningPorts(host)).toEqual(expect.arrayContaining([25, 465]));
        expect(await shell(host, "systemctl is-enabled postfix")).toBe("enabled");
      },
    },
    {
      what: "what the proof covered has changed",
      breakage: "postconf -e 'smtpd_banner = changed by hand'",
      shownBy: "mail-proof: update",
      repaired: holds("postconf -h smtpd_banner | grep -q 'changed by hand'"),
    },
  ],
  [
    {
      what: "the override is removed, the directory stays",
      breakage: `dpkg-statoverride --remove ${socketDirectory}`,
      shownBy: "mail-socket-directory: update",
      repaired: holds(`dpkg-statoverride --list ${socketDirectory} | grep -qx 'root sasl 710 ${socketDirectory}'`),
    },
    {
      what: "saslauthd is killed and another one started by hand",
      breakage: `systemctl stop saslauthd; /usr/sbin/saslauthd -a getpwent -m ${socketDirectory} -n 2`,
      shownBy: "mail-saslauthd: update",
      repaired: async (host) => expect(await argvOf(host, "saslauthd")).toContain("-a pam"),
    },
    {
      // the file is as it was before: only its time tells that Postfix runs with something else
      what: "AUTH is switched off in the entry by hand, and loaded",
      breakage: "postconf -P smtps/inet/smtpd_sasl_auth_enable=no; systemctl reload postfix",
      shownBy: "mail-smtps: update",
      repaired: async (host) => expect((await smtplib({ host: host.address, port: 465 })).offered).toContain("PLAIN"),
    },
  ],
  [
    {
      what: "saslauthd is killed and disabled at boot",
      breakage: "pkill -9 -x saslauthd; systemctl disable saslauthd",
      shownBy: "mail-saslauthd: update",
      repaired: async (host) => {
        expect(await shell(host, "systemctl is-enabled saslauthd")).toBe("enabled");
        expect(await argvOf(host, "saslauthd")).toContain("-a pam");
      },
    },
    {
      what: "the entry of master.cf is commented out",
      breakage: "postconf -M# smtps/inet; systemctl reload postfix",
      shownBy: "mail-smtps: create",
      repaired: async (host) => expect(await listeningPorts(host)).toContain(465),
    },
  ],
];
