// Postfix in the shapes that people give it: each host carries mail before, takes logins after `up`, and is
// given back by destroy as it was found.
import { describe, expect, jest, test } from "@jest/globals";
import { accepts, expectSuccess, mailUser, shell, smtplib, snapshot } from "../support/index.ts";
import { banner } from "../support/outsider.ts";
import { onRelease } from "../support/release.ts";
import { shapedHost } from "./shaped-host.ts";

interface Shape {
  readonly what: string;
  /** Shell text that gives Postfix this shape; ADDRESS is the host's. It is restarted afterwards. */
  readonly set: string;
  /** Shell text that must hold after `up`. */
  readonly holds?: string;
  /** What `up` says. */
  readonly says?: RegExp;
  /** No port 25 for the outside. */
  readonly noPort25?: true;
  /** Nobody outside can connect. */
  readonly inside?: true;
}

const entry = (service: string) =>
  `echo '${service} inet n - y - - smtpd -o syslog_name=mine' >> /etc/postfix/master.cf`;
const one465 =
  "[ $(postconf -M | awk '$2 == \"inet\" {print $1}' | grep -cE '^(.*:)?(smtps|submissions|465|urd|ssmtp)$') = 1 ]";

const shapes: readonly Shape[] = [
  {
    what: "postscreen on 25, which a client has used",
    set: `sed -i 's/^smtp  *inet.*/smtp inet n - y - 1 postscreen/' /etc/postfix/master.cf
printf '%s\\n' 'smtpd pass - - y - - smtpd' 'dnsblog unix - - y - 0 dnsblog' 'tlsproxy unix - - y - 0 tlsproxy' >> /etc/postfix/master.cf`,
    holds: "ss -Hltnp | grep ':25 ' | grep -q postscreen",
  },
  {
    what: "on one address of the host",
    set: "postconf -e inet_interfaces=ADDRESS",
    holds: "ss -Hltn | awk '{print $4}' | grep -qx ADDRESS:465",
  },
  {
    what: "for the host itself alone",
    set: "postconf -e inet_interfaces=loopback-only",
    says: /NOBODY OUTSIDE CAN CONNECT to port 465 and 587/,
    inside: true,
    noPort25: true,
  },
  { what: "for IPv6 alone", set: "postconf -e inet_protocols=ipv6 inet_interfaces=::1", inside: true, noPort25: true },
  { what: "without port 25", set: "postconf -M# smtp/inet", noPort25: true },
  {
    what: "with an smtpd on a port of its own alone",
    set: "postconf -M# smtp/inet; echo '127.0.0.1:2525 inet n - y - - smtpd' >> /etc/postfix/master.cf",
    noPort25: true,
    holds: "ss -Hltn | grep -q 127.0.0.1:2525",
  },
  {
    what: "with its queue, and the chroot with it, elsewhere",
    set: "systemctl stop postfix; mkdir -p /srv/mail; cp -a /var/spool/postfix /srv/mail/spool; postconf -e queue_directory=/srv/mail/spool",
    holds: "[ -S /srv/mail/spool/var/run/saslauthd/mux ] && [ ! -e /var/spool/postfix/var/run ]",
  },
  { what: "with 465 as urd", set: entry("urd"), holds: one465 },
  { what: "with 465 as ssmtp", set: entry("ssmtp"), holds: one465 },
  { what: "with 465 as a number", set: entry("465"), holds: one465 },
  { what: "with 465 on the loopback", set: entry("127.0.0.1:465"), holds: one465 },
  { what: "with 465 on IPv6 by a name", set: entry("[::]:submissions"), holds: one465 },
  { what: "with 465 by two names at once", set: `${entry("submissions")}; ${entry("465")}`, holds: one465 },
  {
    what: "beside a second instance that serves another address",
    set: `postmulti -e init >/dev/null 2>&1; postmulti -I postfix-out -G out -e create >/dev/null 2>&1
postconf -c /etc/postfix-out -e inet_interfaces=127.0.0.1 master_service_disable= authorized_submit_users=root
postmulti -i postfix-out -e enable; postmulti -i postfix-out -p start
postconf -e inet_interfaces=ADDRESS`,
    holds: "[ $(pgrep -xc master) = 2 ]",
  },
];

jest.setTimeout(300_000);

onRelease((debian) => {
  describe(`Debian ${debian}`, () => {
    const shaped = shapedHost("shapes", debian);

    test.each(shapes)("$what", async ({ set, holds = ":", says = /./, noPort25, inside }) => {
      await shaped.give(set);
      const { host, stack, at } = shaped;
      if (noPort25 === undefined) await banner(host.address, 25);
      const before = await snapshot(host);
      shaped.configure({ outside: inside ? "told" : "expected" });

      const run = await stack.up();

      expectSuccess(run);
      expect(run.output).toMatch(says);
      await shell(host, at(holds));
      const { name: user, password } = mailUser;
      if (inside) expect(await accepts(host.address, 465)).toBe(false);
      else {
        const login = { host: host.address, user, password };
        expect(await smtplib({ ...login, port: 465, tls: true })).toMatchObject({ code: 235 });
        expect(await smtplib({ ...login, port: 587, tls: "starttls" })).toMatchObject({ code: 235 });
      }
      if (noPort25 === undefined) await banner(host.address, 25);
      expectSuccess(await stack.preview("--refresh", "--diff", "--expect-no-changes"));

      expectSuccess(await stack.destroy());

      expect(await snapshot(host)).toEqual(before);
      await shaped.takeBack(
        "if [ -e /etc/postfix-out ]; then postmulti -i postfix-out -p stop; rm -rf /etc/postfix-out /var/spool/postfix-out /var/lib/postfix-out; fi",
      );
    });
  });
});
