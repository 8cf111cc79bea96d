// The whole life of a host under the real engine, in the order of Pulumi's own ProgramTest: up, export and import, empty preview
// and up, checks, refresh without changes, edits (here: drift), destroy. Each step stands on the one before.
import { afterAll, beforeAll, describe, expect, jest, test } from "@jest/globals";
import { proofInState } from "../../cli/status-in-state.ts";
import { type Debian, destroyHost, type LabHost, operatorPassword, rebootHost } from "../../lab/hosts/index.ts";
import {
  accepts,
  expectSuccess,
  freshHost,
  identityOf,
  listeningPorts,
  mailUser,
  Stack,
  shell,
  smtplib,
  snapshot,
} from "../support/index.ts";
import { onRelease } from "../support/release.ts";
import { driftRounds } from "./drift.ts";

interface Login {
  readonly user: string;
  /** How everybody but root becomes root. */
  readonly sudoPassword?: string;
  /** Rows of a snapshot that the release's own purge leaves, when they were edited by hand in between: somebody's work. */
  readonly leaves?: RegExp;
}

/** Who logs in on each release. Debian 11, and 14 that is not released yet, stand beside the two that everything is tested on. */
const logins: Readonly<Record<Debian, Login>> = {
  11: { user: "root" },
  12: { user: "operator", sudoPassword: operatorPassword },
  13: { user: "root" },
  14: { user: "root", leaves: /\/etc\/postfix(\/(main|master)\.cf)?( |$)/ },
};

const socketDirectory = "/var/spool/postfix/var/run/saslauthd";

const files = [
  "/etc/postfix/master.cf",
  "/etc/postfix/main.cf",
  "/etc/postfix/sasl/smtpd.conf",
  "/etc/default/saslauthd",
  "/etc/systemd/system/saslauthd.service.d/sasl-mail-host.conf",
  "/etc/group",
  "/var/lib/dpkg/statoverride",
  socketDirectory,
];

/** Takes apt's lock (one of fcntl(2)) until an apt has come for it and gone without it: it must still be there to be named then. */
const lockHolder = `use Fcntl;
open F, ">>", "/var/lib/apt/lists/lock" or die;
my $lock = pack "s!s!x![q]qqi", F_WRLCK, 0, 0, 0, 0;
fcntl F, F_SETLK, $lock or die;
sub apt { return 0 == system "pgrep -x apt-get >/dev/null" }
select undef, undef, undef, 0.02 until apt;
select undef, undef, undef, 0.02 while apt;
sleep 1;
`;

/** A program that holds port 465 and is not Postfix. */
const squatter = `use IO::Socket::INET;
my $s = IO::Socket::INET->new(Listen => 5, LocalPort => 465, ReuseAddr => 1) or die;
sleep 600;
`;

/** Starts it in the background, from a file: systemd would take each $ of an argument for a variable of its own. */
const inBackground = (unit: string, program: string) =>
  `cat > /run/${unit}.pl <<'END'\n${program}END\nsystemd-run --quiet --unit=${unit} perl /run/${unit}.pl`;

/** Inode, time of content and of status, owner and mode of everything that a look could touch. */
const everyFile =
  "find /etc /home /root /run/sasl-mail-host* /srv /usr/local /var/lib /var/spool/postfix -path /var/lib/systemd -prune -o -path '/var/spool/postfix/[adip]*' -prune -o -printf '%p %i %T@ %C@ %U:%G %m\\n' | sort";

/** Every argument and environment of every process, many times a second, into /run/watched. */
const everyProcess =
  'while :; do cat /proc/[0-9]*/cmdline /proc/[0-9]*/environ 2>/dev/null | tr "\\\\0" "\\\\n" | sort -u >> /run/watched; sleep 0.05; done';

jest.setTimeout(300_000);

onRelease((debian) => {
  const { user, sudoPassword, leaves } = logins[debian];
  describe(`Debian ${debian}, logged in as ${user}`, () => {
    let host: LabHost;
    let stack: Stack;
    let before: string[];
    const output: string[] = [];
    const login = (more: object = {}) =>
      smtplib({ host: host.address, port: 465, user: mailUser.name, password: mailUser.password, ...more });
    const seen = async (run: Promise<{ exitCode: number; output: string }>) => {
      const result = await run;
      output.push(result.output);
      return result;
    };

    beforeAll(async () => {
      host = await freshHost(`e2e${debian}`, debian, { asShipped: true });
      before = await snapshot(host);
      stack = await Stack.create(`e2e-${debian}`);
      stack.configure({
        hosts: [
          {
            name: "mail",
            connection: {
              host: host.address,
              user,
              privateKeyFile: host.privateKeyFile,
              knownHostsFile: host.knownHostsFile,
            },
          },
        ],
        proofUsername: mailUser.name,
      });
      await stack.configureSecret("proofPassword", mailUser.password);
      if (sudoPassword !== undefined) await stack.configureSecret("sudoPassword", sudoPassword);
    });

    afterAll(async () => {
      stack?.forget();
      if (host !== undefined) await destroyHost(host);
    });

    test("preview of a bare host plans all resources and touches nothing", async () => {
      expect((await stack.plan()).filter((row) => row.endsWith(": create"))).toHaveLength(10);
      expect(await snapshot(host)).toEqual(before);
    });

    test("up reaches a login that answers 235, and then stops Postfix as the page does", async () => {
      await shell(
        host,
        `systemd-run --quiet --unit=watcher sh -c '${everyProcess}'; ${inBackground("holder", lockHolder)}`,
      );
      const run = await seen(stack.up());
      await shell(host, "systemctl stop watcher");
      const watched = await shell(host, "cat /run/watched");

      expectSuccess(run);
      expect(watched).toContain("apt-get");
      expect(run.output).toMatch(
        /wait for apt's lock, held by perl \(process \d+\): \d+ s so far \(at the most 600 s\)/,
      );
      expect(
        watched.includes(mailUser.password) || (sudoPassword !== undefined && watched.includes(sudoPassword)),
      ).toBe(false);
      const { mail, summary } = await stack.outputs<{ mail: { mail: object }; summary: { mail: string } }>();
      expect(mail.mail).toMatchObject({ state: "stopped" });
      expect(mail.mail).not.toHaveProperty("transcript");
      expect(summary.mail).toMatch(/^proved [-\d]+ \d\d:\d\d UTC, stopped, ports 25 465$/);
      expect(run.output.split("\n").findLast((line) => line.includes("proved"))).toContain(summary.mail);
      const transcript = proofInState(JSON.parse(await stack.exportState()), "mail")?.transcript;
      expect(transcript).toContain("S: 250-AUTH PLAIN LOGIN");
      expect(transcript).toContain("S: 235 2.7.0 Authentication successful");
      expect(transcript?.at(-1)).toMatch(/^S: 221 /);
      expect(await accepts(host.address, 465)).toBe(false);
      expect(await accepts(host.address, 25)).toBe(false);
    });

    test("up again changes nothing and Postfix stays stopped, over a reboot too", async () => {
      const run = await seen(stack.up("--expect-no-changes"));
      await rebootHost(host);

      expectSuccess(run);
      expect(await accepts(host.address, 25)).toBe(false);
      expect(await stack.plan()).toEqual([]);
    });

    test("with allowCleartext it is left running, and a stock client logs in with PLAIN and LOGIN", async () => {
      stack.configure({ allowCleartext: true });

      const run = await seen(stack.up());

      expectSuccess(run);
      expect(await listeningPorts(host)).toEqual(expect.arrayContaining([22, 25, 465]));
      expect(await login()).toMatchObject({ code: 235, offered: ["PLAIN", "LOGIN"] });
      expect(await login({ mechanism: "PLAIN" })).toMatchObject({ code: 235 });
      expect(await login({ password: "wrong" })).toMatchObject({ code: 535 });
    });

    test("nobody else gets a way in: no AUTH on port 25, no relay without login, no local reach to the socket", async () => {
      expect(await login({ port: 25, user: undefined })).toMatchObject({ offered: [] });
      expect(
        (await login({ port: 25, user: undefined, recipient: "x@elsewhere.example" })).recipientCode,
      ).toBeGreaterThanOrEqual(450);
      expect((await login({ user: undefined, recipient: "x@elsewhere.example" })).recipientCode).toBeGreaterThanOrEqual(
        450,
      );
      expect(await shell(host, "runuser -u nobody -- ls /var/spool/postfix/var/run/saslauthd 2>&1 || true")).toMatch(
        /Permission denied/,
      );
    });

    test("the state survives export and import, and preview, up and refresh find nothing to do", async () => {
      await stack.importState(await stack.exportState());
      const untouched = await identityOf(host, files);

      for (const run of [stack.preview, stack.up, stack.refresh]) {
        expectSuccess(await seen(run.call(stack, "--expect-no-changes")));
      }

      expect(await identityOf(host, files)).toBe(untouched);
    });

    describe.each(driftRounds.map((round, index) => ({ round, number: index + 1 })))(
      "drift, round $number",
      ({ round }) => {
        test(`preview shows it: ${round.map(({ what }) => what).join("; ")}`, async () => {
          for (const { breakage } of round) await shell(host, breakage);

          const plan = await stack.plan();

          expect(plan).toEqual(expect.arrayContaining(round.map(({ shownBy }) => shownBy)));
        });

        test("up repairs it, and nothing is left to do", async () => {
          expectSuccess(await seen(stack.up()));

          for (const { repaired } of round) await repaired(host);
          expect(await login()).toMatchObject({ code: 235 });
          expect(await stack.plan()).toEqual([]);
        });
      },
    );

    test("a preview names what is on the host, files line by line, and touches nothing; a program on port 465 is refused by its name until it is gone", async () => {
      await shell(
        host,
        `systemctl stop postfix; chmod 700 ${socketDirectory}/mux
while ss -Hltn sport = :465 | grep -q .; do sleep 0.1; done
${inBackground("squatter", squatter)}
until ss -Hltnp sport = :465 | grep -q perl; do sleep 0.1; done`,
      );

      await shell(
        host,
        "sed -i 's/pwcheck_method: saslauthd/pwcheck_method: auxprop/' /etc/postfix/sasl/smtpd.conf; postconf -P smtps/inet/smtpd_relay_restrictions=permit",
      );
      const untouched = await shell(host, everyFile);

      const preview = await seen(stack.preview("--diff"));
      expect(await shell(host, everyFile)).toBe(untouched);
      const refused = await seen(stack.up());

      expect(preview.output).toMatch(/~ state *: "stopped" => "running"/);
      expect(preview.output).toMatch(/~ \[1\]: "465: perl listens, not Postfix" => 465/);
      expect(preview.output).toMatch(/~ state *: "running, and its socket mux has mode 700" => "running"/);
      expect(preview.output).toMatch(/~ pwcheck_method: "auxprop" => "saslauthd"/);
      expect(preview.output).toMatch(/smtpd_relay_restrictions=permit$/m);
      expect(preview.output).not.toContain("connection ");
      expect(refused.exitCode).not.toBe(0);
      expect(refused.output).toMatch(/perl listens on \S+:465/);
      await shell(host, "systemctl stop squatter");
      expectSuccess(await seen(stack.up()));
      expect(await login()).toMatchObject({ code: 235 });
      expect(await shell(host, `stat -c %a ${socketDirectory}/mux`)).toBe("777");
    });

    test("after a reboot the login still works and nothing has drifted", async () => {
      await rebootHost(host);

      expect(await login()).toMatchObject({ code: 235 });
      expectSuccess(await seen(stack.preview("--expect-no-changes")));
    });

    test("a wrong password in the configuration ends in an error that says 535, and the right one heals it", async () => {
      await stack.configureSecret("proofPassword", "not the password");

      const run = await seen(stack.up("--diff"));

      expect(run.exitCode).not.toBe(0);
      expect(run.output).toMatch(/535 5\.7\.8/);
      expect(run.output).toContain(`${user}@${host.address}:22`);
      await stack.configureSecret("proofPassword", mailUser.password);
      expectSuccess(await seen(stack.up()));
    });

    test("no secret is in the state, in what the engine printed, or in a log or file of the host", async () => {
      const state = await stack.exportState();
      const secrets = [mailUser.password, ...(sudoPassword === undefined ? [] : [sudoPassword])];
      for (const secret of secrets) {
        const forms = [secret, JSON.stringify(secret).slice(1, -1), Buffer.from(secret).toString("base64")];
        for (const form of forms) {
          expect(state.includes(form)).toBe(false);
          expect(output.join("").includes(form)).toBe(false);
        }
        const found = await shell(
          host,
          `journalctl --no-pager -o cat | grep -cF -- ${JSON.stringify(secret).replaceAll("$", "\\$").replaceAll("`", "\\`")} || true; grep -rlF -- ${JSON.stringify(secret).replaceAll("$", "\\$").replaceAll("`", "\\`")} /etc /var/log /var/lib /tmp /root 2>/dev/null || true`,
        );
        expect(found).toBe("0");
      }
    });

    test("destroy is refused while logins that somebody else has set up need it, and everything works on", async () => {
      await shell(
        host,
        "cp -p /etc/postfix/master.cf /root/master.cf; printf '2525 inet n - y - - smtpd\\n  -o smtpd_sasl_auth_enable=yes\\n' >> /etc/postfix/master.cf; systemctl reload postfix",
      );
      const theirs = async () =>
        (
          await smtplib({
            host: host.address,
            port: 2525,
            tls: false,
            user: mailUser.name,
            password: mailUser.password,
          })
        ).code;
      expect(await theirs()).toBe(235);

      const run = await seen(stack.destroy());

      expect(run.exitCode).not.toBe(0);
      expect(run.output).toMatch(/checked through it: \/etc\/postfix\/master\.cf, line \d+: 2525 inet/);
      expect(run.output).toContain("code: logins-of-others");
      expect(await theirs()).toBe(235);
      expect(await login()).toMatchObject({ code: 235 });
      await shell(host, "mv /root/master.cf /etc/postfix/master.cf; systemctl reload postfix");
    });

    test("destroy gives the host back as it was", async () => {
      const run = await seen(stack.destroy());

      expectSuccess(run);
      const after = await snapshot(host);
      expect(after.filter((row) => leaves?.test(row) !== true)).toEqual(before);
    });
  });
});
