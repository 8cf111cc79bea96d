// A proof that cannot be fooled: hosts whose main.cf says otherwise work, or fail with the cause; what answers in the place of our
// saslauthd is found out. Whether it really is saslauthd is seen in another way than the product's: by a login while it is stopped.
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, jest, test } from "@jest/globals";
import { destroyHost, type LabHost } from "../../lab/hosts/index.ts";
import { serviceOptions } from "../../providers/recipe/mail-services.ts";
import { senderOptions } from "../../providers/resources/postfix/sender-options.ts";
import { startDovecotAuth, startImpostor } from "../support/foreign-auth.ts";
import { freshHost, mailUser, shell, smtplib } from "../support/index.ts";
import { onRelease } from "../support/release.ts";
import { hangUp, ResourceOnHost } from "../support/resource-on-host.ts";

const login = { username: mailUser.name, password: mailUser.password };
const ourOptions = serviceOptions("none", undefined, {}, undefined) as Record<string, string>;

/** What many a guide has: so all that main.cf says holds there. */
const pageOptions = {
  smtpd_sasl_auth_enable: "yes",
  smtpd_client_restrictions: "permit_sasl_authenticated,reject",
  smtpd_relay_restrictions: "permit_sasl_authenticated,reject",
};

interface Case {
  readonly what: string;
  /** Settings of main.cf, for postconf. */
  readonly main: readonly string[];
  /** Further shell text before the reload. */
  readonly more?: string;
}

const dovecot: Case = {
  what: "Dovecot behind smtpd",
  main: ["smtpd_sasl_type=dovecot", "smtpd_sasl_path=private/auth"],
};

/** A SASL application of another name that looks into sasldb. */
const otherPath: Case = {
  what: "another SASL path, with one mechanism more",
  main: ["smtpd_sasl_path=mysasl"],
  more: "printf 'pwcheck_method: auxprop\\nauxprop_plugin: sasldb\\nmech_list: plain login cram-md5\\n' > /etc/postfix/sasl/mysasl.conf",
};

const harmless: readonly Case[] = [
  dovecot,
  otherPath,
  {
    what: "another folder of SASL application files",
    main: ["cyrus_sasl_config_path=/etc/postfix/other"],
    more: "mkdir -p /etc/postfix/other; printf 'pwcheck_method: auxprop\\nmech_list: cram-md5\\n' > /etc/postfix/other/smtpd.conf",
  },
  { what: "another SASL service", main: ["smtpd_sasl_service=imap"] },
  { what: "refusals before the login", main: ["smtpd_delay_reject=no"] },
  { what: "no mechanism with a clear password", main: ["smtpd_sasl_security_options=noanonymous,noplaintext"] },
  { what: "no AUTH for its own networks", main: ["smtpd_sasl_exceptions_networks=$mynetworks"] },
  { what: "a proxy in front of port 25", main: ["smtpd_upstream_proxy_protocol=haproxy"] },
  { what: "TLS with a client's certificate", main: ["smtpd_tls_wrappermode=yes", "smtpd_tls_auth_only=yes"] },
  { what: "words of passwords in the log", main: ["debug_peer_list=127.0.0.1", "debug_peer_level=3"] },
  { what: "refusals that are only for now", main: ["soft_bounce=yes"] },
];

jest.setTimeout(120_000);

onRelease((debian) => {
  describe(`Debian ${debian}`, () => {
    let host: LabHost;

    const created = async (kind: string, given: object) => {
      const resource = await ResourceOnHost.of(host, { kind, given: given as never });
      await resource.create();
      return resource;
    };
    const proof = (given: object = login) => created("AuthProof", given);
    const failed = (given?: object): Promise<string> =>
      proof(given).then(
        () => "it was proved",
        (error: Error) => error.message,
      );
    const say = async (options: Readonly<Record<string, string>>, chroot = "y") => {
      const words = Object.entries(options).map(([name, value]) => `-o ${name}=${value}`);
      await shell(host, `postconf -M 'smtps/inet=smtps inet n - ${chroot} - - smtpd ${words.join(" ")}'`);
    };
    const set = async ({ main, more = ":" }: Omit<Case, "what">) => {
      const settings = main.length === 0 ? "" : `postconf -e ${main.map((setting) => `'${setting}'`).join(" ")}`;
      await shell(host, `${settings}\n${more}\nsystemctl reload postfix; sleep 0.3`);
    };
    const client = () => smtplib({ host: host.address, port: 465, user: mailUser.name, password: mailUser.password });

    beforeAll(async () => {
      jest.spyOn(console, "log").mockImplementation(() => undefined);
      host = await freshHost(`proof${debian}`, debian);
      for (const [kind, given] of [
        ["SaslPackage", {}],
        ["StatOverride", {}],
        ["GroupMember", {}],
        ["SaslauthdService", { cache: false }],
        ["SmtpdConf", {}],
        ["MasterService", { options: ourOptions }],
        ["PostfixService", { ports: [25, 465], allowCleartext: true }],
      ] as const)
        await created(kind, given);
      await startDovecotAuth(host, debian);
      await shell(host, "cp -p /etc/postfix/main.cf /etc/postfix/master.cf /root");
    });

    beforeEach(async () => {
      await shell(host, "systemctl reset-failed postfix saslauthd 2>/dev/null || :");
    });

    afterEach(async () => {
      await shell(
        host,
        "cp -p /root/main.cf /root/master.cf /etc/postfix; systemctl is-active -q saslauthd || systemctl start saslauthd; systemctl reload postfix; sleep 0.3",
      );
    });

    afterAll(async () => {
      if (host === undefined) return;
      await hangUp(host);
      await destroyHost(host);
    });

    describe("a host whose main.cf has, with our service on it,", () => {
      test.each(harmless)("$what: is proved, and without saslauthd nobody gets in", async (one) => {
        await set(one);

        const { outs } = await proof();

        expect(outs.answeredBy).toEqual([expect.stringContaining("auth failure: [user=no-such-user-")]);
        expect(await client()).toMatchObject({ code: 235, offered: ["PLAIN", "LOGIN"] });
        await shell(host, "systemctl stop saslauthd; while pgrep -x saslauthd >/dev/null; do sleep 0.1; done");
        expect((await client()).code).not.toBe(235);
      });

      test("Dovecot, and no password is known: saslauthd's refusal is what counts", async () => {
        await set(dovecot);

        const { outs } = await proof({});

        expect(outs.reply).toMatch(/^535 /);
        expect(outs.answeredBy).toEqual([expect.stringContaining("behind /var/spool/postfix/var/run/saslauthd/mux")]);
      });
    });

    describe("what answers in the place of our saslauthd is found out", () => {
      test.each([
        ["with a password", login],
        ["without one", {}],
      ])("Dovecot, %s", async (_what, given) => {
        await say(pageOptions);
        await set(dovecot);

        const message = await failed(given);

        expect(message).toContain("somebody else has answered");
        expect(message).toContain("smtpd_sasl_type = dovecot (main.cf)");
        await shell(host, "systemctl stop saslauthd");
        expect((await client()).code).toBe(235);
      });

      test("Dovecot that refuses a wrong password: not said to be saslauthd's word", async () => {
        await say(pageOptions);
        await set(dovecot);

        const message = await failed({ ...login, password: "wrong" });

        expect(message).toMatch(/535[\s\S]*saslauthd has no word of this login in its log/);
        expect(message).not.toContain("the password is not the one of this user");
      });

      test("a SASL application with a mechanism more", async () => {
        await say(pageOptions);
        await set(otherPath);

        expect(await failed()).toMatch(/EHLO offers AUTH [\s\S]*CRAM-MD5 is more than mech_list has[\s\S]*mysasl/);
      });

      test("saslauthd, and where that says no, a list of its own", async () => {
        await say({ ...pageOptions, smtpd_sasl_path: "mysasl" });
        await set({
          main: [],
          more: `printf 'pwcheck_method: saslauthd auxprop\\nauxprop_plugin: sasldb\\nmech_list: plain login\\n' > /etc/postfix/sasl/mysasl.conf
printf other | saslpasswd2 -p -c -f /etc/sasldb2 -u "$(postconf -h myhostname)" ${mailUser.name}
install -m 640 -o root -g sasl -D /etc/sasldb2 /var/spool/postfix/etc/sasldb2`,
        });

        expect(await failed({ ...login, password: "other" })).toMatch(
          /although saslauthd has refused it|somebody else/,
        );
      });

      test("a saslauthd on another socket", async () => {
        await say(pageOptions, "n");
        await set({
          main: [],
          more: "mkdir -p /run/saslauthd; systemd-run --quiet --unit=second /usr/sbin/saslauthd -d -a pam -m /run/saslauthd; sleep 0.5",
        });

        const message = await failed();

        await shell(host, "systemctl stop second");
        expect(message).toMatch(/slept on, while process \d+ \(\/usr\/sbin\/saslauthd -d -a pam -m \/run\/saslauthd\)/);
      });

      test("a program on a stolen port that calls itself smtpd", async () => {
        await shell(host, "postconf -M# smtps/inet; systemctl reload postfix; sleep 0.5");
        await startImpostor(host, 465);

        const [known, unknown] = [await failed(), await failed({})];

        await shell(host, "systemctl stop impostor");
        // seen before the first word, by whose child it is
        for (const message of [known, unknown]) expect(message).toContain("smtpd listens on 0.0.0.0:465");
      });
    });

    describe("a log that cannot be read", () => {
      const silence =
        "mkdir -p /etc/systemd/journald.conf.d; printf '[Journal]\\nStorage=none\\n' > /etc/systemd/journald.conf.d/none.conf; systemctl restart systemd-journald";

      beforeAll(async () => {
        await shell(host, `${silence}; rm -rf /run/log/journal/* /var/log/journal/*; rm -f /var/log/auth.log`);
      });

      afterAll(async () => {
        await shell(host, "rm /etc/systemd/journald.conf.d/none.conf; systemctl restart systemd-journald");
        await shell(host, "systemctl restart saslauthd postfix");
      });

      test("leaves what the daemons did while they were asked", async () => {
        expect((await proof()).outs.answeredBy).toEqual([expect.stringContaining("slept, and woke up for the login")]);
        expect((await proof({})).outs.answeredBy).toEqual([expect.stringContaining("slept, and woke up")]);
      });

      test.each([
        ["with a password", login],
        ["without one", {}],
      ])("and Dovecot is found out all the same, %s", async (_what, given) => {
        await say(pageOptions);
        await set(dovecot);

        expect(await failed(given)).toContain("slept on");
      });
    });

    describe("the host's own words are in the message", () => {
      test("saslauthd's, where it refuses a password", async () => {
        const message = await failed({ ...login, password: "wrong" });

        expect(message).toMatch(/saslauthd\[\d+\]: auth failure: \[user=alice\] .*\[reason=PAM auth error\]/);
        expect(message).toContain("next: the password is not the one of this user on the host");
      });

      test("Postfix's, where it reaches no saslauthd", async () => {
        await shell(host, "systemctl stop saslauthd; while pgrep -x saslauthd >/dev/null; do sleep 0.1; done");

        const message = await failed();

        expect(message).toMatch(/454[\s\S]*warning: SASL authentication failure: cannot connect to saslauthd server/);
        expect(message).toContain("next: Postfix cannot reach saslauthd");
      });

      test("Postfix's, where smtpd dies of a setting", async () => {
        await say({ ...ourOptions, smtpd_tls_security_level: "banana" });
        await set({ main: [] });

        expect(await failed()).toMatch(/the host's log since then:[\s\S]*smtpd: fatal: .*banana/);
      });
    });

    describe("what comes after the login", () => {
      test("on a host without lists of its own is taken, and no mail is sent", async () => {
        const { outs } = await proof();

        expect(outs.refusedAfterLogin).toEqual([]);
        expect(outs.transcript).toContainEqual(expect.stringMatching(/^C: RCPT TO:<postmaster@/));
        expect(await shell(host, "mailq")).toBe("Mail queue is empty");
      });

      test.each([
        [
          "a sender that nobody owns",
          ["smtpd_sender_restrictions=reject_sender_login_mismatch"],
          /whoever has logged in on port 465 cannot send.*"553 5\.7\.1 .*not owned by user alice.*smtpd_sender_restrictions = reject_sender_login_mismatch, main\.cf/,
        ],
        [
          "names that DNS does not know",
          ["smtpd_helo_restrictions=reject_unknown_helo_hostname"],
          /a client that calls itself "desktop".*"450 4\.7\.1 .*Helo command rejected.*smtpd_helo_restrictions = reject_unknown_helo_hostname, main\.cf/,
        ],
        [
          "everybody",
          ["smtpd_sender_restrictions=reject"],
          /cannot send.*"554 5\.7\.1 .*smtpd_sender_restrictions = reject, main\.cf/,
        ],
      ])("is a warning where the host refuses %s, and names the list", async (_what, main, words) => {
        await set({ main });

        const { outs } = await proof();

        expect(outs.reply).toMatch(/^235 /);
        expect(outs.refusedAfterLogin).toEqual([expect.stringMatching(words)]);
        expect(console.log).toHaveBeenCalledWith(expect.stringMatching(words));
        expect(
          (await smtplib({ ...(await asClient()), recipient: `postmaster@${host.name}` })).recipientCode,
        ).toBeGreaterThan(399);
      });
    });

    describe("a milter that is dead", () => {
      test.each([
        ["tempfail", login],
        ["tempfail", {}],
        ["reject", login],
      ])("is named, with its setting, and saslauthd is not (%s)", async (action, given) => {
        await set({ main: ["smtpd_milters=inet:127.0.0.1:8891", `milter_default_action=${action}`] });

        const message = await failed(given);

        expect(message).toContain("the milter inet:127.0.0.1:8891 does not answer Postfix (smtpd_milters = ");
        expect(message).toContain("code: milter-unreachable");
        expect(message).not.toContain("cannot reach saslauthd");
      });

      test("and that Postfix goes without is no failure", async () => {
        await set({ main: ["smtpd_milters=inet:127.0.0.1:8891", "milter_default_action=accept"] });

        expect((await proof()).outs.reply).toMatch(/^235 /);
      });
    });

    test("a postmaster who does not exist is told as that, and not as harm to the user", async () => {
      await set({
        main: [
          "mydestination=localhost",
          "virtual_alias_domains=v.example",
          "virtual_alias_maps=inline:{info@v.example=alice}",
        ],
      });

      const { outs } = await proof();

      expect(outs.refusedAfterLogin).toEqual([
        expect.stringMatching(/^postmaster@.* does not exist on the host.*"550 5\.1\.1 .*is not shown/),
      ]);
    });

    describe("a login that may send only as itself", () => {
      const senderDomains = ["example.org", "example.net"];
      const sends = async (sender: string) =>
        (await smtplib({ ...(await asClient()), sender, recipient: `postmaster@${host.name}` })).recipientCode;

      test("is proved, and a client of its own sees the same", async () => {
        await created("MasterService", { options: { ...ourOptions, ...senderOptions(senderDomains) } });
        await set({ main: [] });

        const { outs } = await proof({ ...login, senderDomains });

        expect(outs.refusedAfterLogin).toEqual([]);
        expect(String(outs.transcript)).toMatch(
          /MAIL FROM:<not-alice@example\.org>.*553 5\.7\.1 .*not owned by user alice/,
        );
        expect(await sends("alice@example.org")).toBe(250);
        expect(await sends("alice+list@example.net")).toBe(250);
        expect(await sends("bob@example.org")).toBe(553);
        expect(await sends("alice@example.com")).toBe(553);
      });

      test("and may send as anybody on this host is a failure", async () => {
        expect(await failed({ ...login, senderDomains })).toMatch(
          /mail from not-alice@example\.org, which is somebody else, was answered with "250[\s\S]*code: sender-not-checked/,
        );
      });
    });

    describe("from outside", () => {
      const drop = "ip rule add pref 100 ipproto tcp sport 465 blackhole";

      afterEach(async () => {
        await shell(
          host,
          "ip rule del pref 100 2>/dev/null || :; cp -p /root/main.cf /etc/postfix; systemctl restart postfix; sleep 0.5",
        );
      });

      test("a port that answers is told apart from the proof", async () => {
        expect((await proof()).outs.fromOutside).toEqual([
          expect.stringMatching(new RegExp(`^from here port 465 of ${host.address} answers: `)),
        ]);
      });

      test("a firewall that drops is a failure within seconds, or a warning where that is asked for", async () => {
        await shell(host, drop);
        const started = performance.now();

        expect(await failed()).toMatch(/from here port 465 of .*no answer to a connect within 5 s/);
        expect(performance.now() - started).toBeLessThan(25_000);
        expect((await proof({ ...login, outside: "told" })).outs.unreachable).toEqual([
          expect.stringContaining("no answer to a connect"),
        ]);
        expect((await proof({ ...login, outside: "not wanted" })).outs.fromOutside).toEqual([]);
      });

      test("a Postfix that listens on the loopback alone is a failure before the login, unless nobody outside is wanted", async () => {
        await shell(host, "postconf -e inet_interfaces=loopback-only; systemctl restart postfix; sleep 1");

        expect(await failed()).toMatch(/NOBODY OUTSIDE CAN CONNECT to port 465/);
        expect((await proof({ ...login, outside: "not wanted" })).outs.reply).toMatch(/^235 /);
      });
    });

    describe("an account in sasldb, on a host that gives logins a realm", () => {
      test("is made in that realm, so that it gets in", async () => {
        const account = { name: "carol", password: "carols own", store: "sasldb" };
        await shell(host, "systemctl stop saslauthd; while pgrep -x saslauthd >/dev/null; do sleep 0.1; done");
        await created("SaslauthdService", { mechanism: "sasldb", cache: false });
        await set({ main: ["mydomain=realm.example", "smtpd_sasl_local_domain=$mydomain"] });

        const { outs } = await created("MailAccount", account);

        expect(outs.login).toBe("carol@realm.example");
        expect((await proof({ username: "carol", password: account.password })).outs.reply).toMatch(/^235 /);
        expect(await shell(host, "sasldblistusers2")).toContain("carol@realm.example: userPassword");
        await created("SaslauthdService", { cache: false });
      });
    });

    async function asClient() {
      return { host: host.address, port: 465, user: mailUser.name, password: mailUser.password };
    }
  });
});
