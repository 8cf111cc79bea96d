// Who knows the users: accounts that the program makes, and each back end of saslauthd in turn, seen by a stock client. After an `up`
// that says converged, whoever must not get in any more does not, although saslauthd remembers logins.
import { afterAll, beforeAll, describe, expect, jest, test } from "@jest/globals";
import { destroyHost, type LabHost } from "../../lab/hosts/index.ts";
import { expectSuccess, freshHost, mailUser, Stack, shell, smtplib, snapshot } from "../support/index.ts";
import { directory, setDirectoryPassword, setImapPassword, startLoginServers } from "../support/login-servers.ts";
import { onRelease } from "../support/release.ts";

/** Each as a user of the host and as an entry in sasldb. */
const hardPasswords: Readonly<Record<string, string>> = {
  quotes: `it's "quoted" \\'twice\\"`,
  dollar: "$HOME $(id) `id` $PATH !! %s %n",
  spaces: "  two  in front,\ta tab, and one behind ",
  utf8: "pässwörd 密码 🔑 é",
  dash: "-p --help -- -",
  long: `${"0123456789 aBcDeFgHi".repeat(9)}at last: 200`.padEnd(200, "€"),
};

/** Every argument and environment of every process, many times a second, into /run/watched. */
const everyProcess =
  'while :; do cat /proc/[0-9]*/cmdline /proc/[0-9]*/environ 2>/dev/null | tr "\\\\0" "\\\\n" | sort -u >> /run/watched; sleep 0.05; done';

/** Programs that are gone before a look at all processes could see them. */
const briefPrograms = ["useradd", "usermod", "chpasswd", "saslpasswd2"];

/**
 * Puts a program in the place of each of them, which writes down arguments and environment and goes on as the real one. By a diversion
 * (dpkg-divert(1)), since the shell of an `up` looks in /usr/sbin first, and saslpasswd2 arrives there only in that `up`.
 */
const overheard = `for name in ${briefPrograms.join(" ")}; do
  dpkg-divert --quiet --local --rename --divert /usr/sbin/$name.real --add /usr/sbin/$name
  printf '#!/bin/sh\\n{ printf "%%s\\\\n" "$0" "$@"; env; } >> /run/watched\\nexec %s.real "$@"\\n' /usr/sbin/$name > /usr/sbin/$name
  chmod 755 /usr/sbin/$name
done`;

const noLongerOverheard = `for name in ${briefPrograms.join(" ")}; do
  rm /usr/sbin/$name
  dpkg-divert --quiet --local --rename --remove /usr/sbin/$name
done`;

jest.setTimeout(300_000);

onRelease((debian) => {
  describe(`Debian ${debian}`, () => {
    let host: LabHost;
    let stack: Stack;
    let before: string[];
    const output: string[] = [];
    const secrets: string[] = [directory.readerPassword];

    /** All but the accounts of the servers that the test itself changes. */
    const seen = async () =>
      (await snapshot(host)).filter((row) => !/ \/(var\/lib\/ldap|etc\/dovecot\/users)/.test(row));
    const code = async (user: string, password: string, mechanism: "PLAIN" | "LOGIN" = "LOGIN") =>
      (await smtplib({ host: host.address, port: 465, user, password, mechanism })).code;
    const up = async () => {
      const run = await stack.up();
      output.push(run.output);
      return run;
    };
    const proveWith = async (user: string, password: string) => {
      stack.configure({ proofUsername: user });
      await stack.configureSecret("proofPassword", password);
    };
    const give = async (passwords: Record<string, string>) => {
      secrets.push(...Object.values(passwords));
      await stack.configureSecretsIn("accountPasswords", passwords);
    };
    const accounts = (more: Record<string, object> = {}) => [
      ...Object.keys(hardPasswords).flatMap((name) => [
        { name, ...more[name] },
        { name, store: "sasldb" },
      ]),
      { name: "mary" },
      { name: "sara", store: "sasldb" },
      { name: "guest", adopt: true },
    ];
    const accountFiles = () => shell(host, "cat /etc/passwd /etc/shadow /etc/group; db_dump /etc/sasldb2");

    beforeAll(async () => {
      host = await freshHost(`backends${debian}`, debian);
      await startLoginServers(host, debian);
      await shell(host, "echo 'guest:guest 0' | chpasswd");
      before = await seen();
      stack = await Stack.create(`backends-${debian}`);
      const { address, privateKeyFile, knownHostsFile } = host;
      stack.configure({
        hosts: [{ name: "mail", connection: { host: address, privateKeyFile, knownHostsFile } }],
        allowCleartext: true,
        accounts: accounts(),
      });
      await give({ ...hardPasswords, mary: "mary 1", sara: "sara 1", guest: "guest 1" });
      await proveWith("mary", "mary 1");
    });

    afterAll(async () => {
      stack?.forget();
      if (host !== undefined) await destroyHost(host);
    });

    test("accounts with hard passwords are made, and each logs in with exactly its own", async () => {
      await shell(host, `systemd-run --quiet --unit=watcher sh -c '${everyProcess}'; ${overheard}`);
      const run = await up();
      await shell(host, `systemctl stop watcher; ${noLongerOverheard}`);

      expectSuccess(run);
      for (const [user, password] of Object.entries(hardPasswords))
        expect({ user, code: await code(user, password, "PLAIN") }).toEqual({ user, code: 235 });
      expect(await code("spaces", String(hardPasswords.spaces).trimEnd())).toBe(535);
      expect([await code("guest", "guest 0"), await code("guest", "guest 1")]).toEqual([535, 235]);
      expect(await code("sara", "sara 1")).toBe(535);
      const watched = await shell(host, "cat /run/watched");
      expect(briefPrograms.filter((name) => !watched.includes(`/usr/sbin/${name}\n`))).toEqual([]);
      expect(secrets.filter((secret) => watched.includes(secret))).toEqual([]);
    });

    test("an up whose proof fails leaves every account as it was, to the last byte", async () => {
      const proved = await accountFiles();
      stack.configure({ accounts: [...accounts({ dash: { locked: true } }), { name: "nora" }] });
      await give({ mary: "mary 2", sara: "sara 2", nora: "nora 1" });

      const run = await up();

      expect(run.exitCode).not.toBe(0);
      expect(run.output).toMatch(/535 5\.7\.8[\s\S]*put back[\s\S]*make the account nora/);
      expect(await accountFiles()).toBe(proved);
      expect(await code("mary", "mary 1")).toBe(235);
    });

    test("a changed password and a locked account: refused right after up, although saslauthd remembered both", async () => {
      expect([await code("mary", "mary 1"), await code("dash", "-p --help -- -")]).toEqual([235, 235]);
      await proveWith("mary", "mary 2");

      expectSuccess(await up());

      expect([await code("mary", "mary 1"), await code("dash", "-p --help -- -")]).toEqual([535, 535]);
      expect([await code("mary", "mary 2"), await code("nora", "nora 1")]).toEqual([235, 235]);
    });

    test("what was changed by hand is seen by preview, and nobody is let in from memory after the next up", async () => {
      const { name, password } = mailUser;
      expect([await code(name, password), await code("mary", "mary 2")]).toEqual([235, 235]);
      await shell(host, `usermod -L ${name}; echo 'mary:by hand' | chpasswd`);
      expect([await code(name, password), await code("mary", "by hand")]).toEqual([235, 235]);

      const plan = await stack.plan();
      expectSuccess(await up());

      expect(plan).toEqual(["mail-account-mary: update", "mail-proof: update", "mail-saslauthd: update"]);
      expect([await code(name, password), await code("mary", "by hand")]).toEqual([535, 535]);
      expect(await code("mary", "mary 2")).toBe(235);
      expect(await stack.plan()).toEqual([]);
      await shell(host, `usermod -U ${name}`);
    });

    test("pam → sasldb: who is only a user of the host is refused, the entries of sasldb log in", async () => {
      stack.configure({ mechanism: "sasldb", accounts: accounts() });
      await stack.unset('accountPasswords["nora"]');
      await proveWith("sara", "sara 2");

      expectSuccess(await up());

      expect(await code("mary", "mary 2")).toBe(535);
      expect(await code("sara", "sara 1")).toBe(535);
      for (const [user, password] of Object.entries(hardPasswords))
        expect({ user, code: await code(user, password, "LOGIN") }).toEqual({ user, code: 235 });
      expect(await shell(host, "getent passwd nora || echo gone")).toBe("gone");
      expect(await stack.plan()).toEqual([]);
    });

    test("sasldb → ldap: the directory is asked over TLS, and a password changed there counts at once", async () => {
      await setDirectoryPassword(host, "laura", "laura 1");
      stack.configure({
        mechanism: "ldap",
        ldap: {
          servers: [`ldap://${await shell(host, "hostname -f")}`],
          searchBase: directory.people,
          bindDn: directory.reader,
          startTls: true,
          certificateAuthorityFile: directory.authorities,
        },
      });
      await stack.configureSecret("ldapBindPassword", directory.readerPassword);
      await proveWith("laura", "laura 1");

      expectSuccess(await up());

      expect(await code("sara", "sara 2")).toBe(535);
      await setDirectoryPassword(host, "laura", "laura 2");
      expect([await code("laura", "laura 1"), await code("laura", "laura 2")]).toEqual([535, 235]);
      expect(await shell(host, "stat -c '%U %a' /etc/saslauthd.conf")).toBe("root 600");
    });

    test("ldap → rimap: the IMAP server is asked, and no password of the directory is left on the host", async () => {
      await setImapPassword(host, "ivan", "ivan 1");
      stack.configure({ mechanism: "rimap", rimap: { host: "127.0.0.1" }, ldap: {}, ldapBindPassword: undefined });
      await proveWith("ivan", "ivan 1");

      expectSuccess(await up());

      expect(await code("laura", "laura 2")).toBe(535);
      expect(await code("ivan", "ivan 1")).toBe(235);
      await setImapPassword(host, "ivan", "ivan 2");
      expect([await code("ivan", "ivan 1"), await code("ivan", "ivan 2")]).toEqual([535, 235]);
      expect(await shell(host, "ls /etc/saslauthd.conf 2>&1 || :")).toMatch(/No such file/);
      expect(await stack.plan()).toEqual([]);
    });

    test("no password and no hash is in the state, in what the engine printed, or in a log of the host", async () => {
      const state = await stack.exportState();
      const journal = await shell(host, "journalctl --no-pager -o cat");

      for (const word of secrets) {
        const forms = [word, JSON.stringify(word).slice(1, -1), Buffer.from(word).toString("base64")];
        const places = { state, printed: output.join(""), journal };
        for (const [place, text] of Object.entries(places))
          expect({ place, found: forms.some((form) => text.includes(form)) }).toEqual({ place, found: false });
      }
      // the old password of the user who was taken over is kept, as a hash
      expect(state).not.toContain("$y$");
    });

    test("destroy gives the host back as it was", async () => {
      expectSuccess(await stack.destroy());

      expect(await seen()).toEqual(before);
    });
  });
});
