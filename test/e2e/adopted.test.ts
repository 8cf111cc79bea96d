// Hosts that are set up already: by an Ansible playbook, by hand as the page and the common guides have it, by this program with its
// state lost. What is right is not touched, what differs is told and changed, and destroy gives the host back as it was found.
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, jest, test } from "@jest/globals";
import { runPlaybook } from "../../lab/ansible/playbook.ts";
import { destroyHost, type LabHost, writeInside } from "../../lab/hosts/index.ts";
import { projectRoot } from "../../lab/paths.ts";
import { argvOf, expectSuccess, freshHost, mailUser, Stack, shell, smtplib, snapshot } from "../support/index.ts";
import { onRelease } from "../support/release.ts";
import { guidesLayout } from "./adopted-layouts.ts";
import { changedPaths, fingerprints } from "./fingerprints.ts";
import { editedRounds, type Round, refusedFiles } from "./hand-edited-rounds.ts";

const socketDirectory = "/var/spool/postfix/var/run/saslauthd";
const instance = "/etc/default/saslauthd-postfix";

jest.setTimeout(300_000);

onRelease((debian) => {
  describe(`Debian ${debian}`, () => {
    let host: LabHost;
    let stack: Stack;
    let before: string[];

    const newStack = async () => {
      stack?.forget();
      stack = await Stack.create(`adopted-${debian}`);
      const connection = {
        host: host.address,
        privateKeyFile: host.privateKeyFile,
        knownHostsFile: host.knownHostsFile,
      };
      stack.configure({ hosts: [{ name: "mail", connection }], proofUsername: mailUser.name, allowCleartext: true });
      await stack.configureSecret("proofPassword", mailUser.password);
    };
    const expectLogin = async () =>
      expect(
        await smtplib({ host: host.address, port: 465, user: mailUser.name, password: mailUser.password }),
      ).toMatchObject({ code: 235 });
    /** What `up` touched. */
    const upTouches = async () => {
      const found = await fingerprints(host);
      const run = await stack.up();
      expectSuccess(run);
      return { output: run.output, touched: changedPaths(found, await fingerprints(host)) };
    };

    beforeAll(async () => {
      host = await freshHost(`adopted${debian}`, debian);
    });

    afterAll(async () => {
      stack?.forget();
      if (host !== undefined) await destroyHost(host);
    });

    describe("a host that an Ansible playbook has made", () => {
      test("the playbook reaches the login", async () => {
        const run = await runPlaybook(host, join(projectRoot, "test/e2e/ansible/playbook.yml"));

        expect({ failed: run.failed, output: run.failed === 0 ? "" : run.output }).toEqual({ failed: 0, output: "" });
        await expectLogin();
        before = await snapshot(host);
      });

      test("up takes it over and touches no file, and nothing is left to do", async () => {
        await newStack();

        const { output, touched } = await upTouches();

        expect(touched).toEqual([]);
        expect(output).not.toMatch(/(SaslPackage|StatOverride|GroupMember|SaslauthdService|MasterService|SmtpdConf): /);
        await expectLogin();
      });

      test("with the state lost and one thing wrong, up changes this one thing, and calls it the hole that it is", async () => {
        await shell(host, `chmod 755 ${socketDirectory}`);
        await newStack();

        const { output, touched } = await upTouches();

        expect(touched).toEqual([socketDirectory]);
        expect(output).toContain(
          "found root:sasl 755, a security hole: every local user can test passwords through its socket",
        );
        await expectLogin();
      });

      test("destroy gives it back as it was found first, and the login still works", async () => {
        expectSuccess(await stack.destroy());

        expect(await snapshot(host)).toEqual(before);
        await expectLogin();
      });
    });

    describe("a host as the guides have it: an instance file for Postfix, and another one for Cyrus IMAP", () => {
      let masterCf: string;
      let cyrus: string;

      beforeAll(async () => {
        await shell(host, guidesLayout(debian));
        await expectLogin();
        before = await snapshot(host);
        masterCf = await shell(host, "cat /etc/postfix/master.cf");
        cyrus = await shell(host, "pgrep -o -f '^/usr/sbin/saslauthd .*saslauthd-cyrus'");
        await newStack();
      });

      test("an up that ends with a refused login leaves it as it was, with the login working", async () => {
        await stack.configureSecret("proofPassword", "not the password");

        const run = await stack.up();

        expect(run.exitCode).not.toBe(0);
        expect(run.output).toMatch(/535 5\.7\.8/);
        expect(await snapshot(host)).toEqual(before);
        await expectLogin();
        await stack.configureSecret("proofPassword", mailUser.password);
      });

      test("up moves the instance over and says why; of other files only our own entry changes", async () => {
        const { output, touched } = await upTouches();

        expect(touched).toEqual(
          [
            "/etc/default/saslauthd",
            instance,
            "/etc/postfix/master.cf",
            ...(debian === 12
              ? []
              : [
                  "/etc/systemd/system/saslauthd.service.d",
                  "/etc/systemd/system/saslauthd.service.d/sasl-mail-host.conf",
                ]),
          ].sort(),
        );
        expect(output).toContain(
          `move ${instance} (MECHANISMS="pam" OPTIONS="-c -m ${socketDirectory}" THREADS=5) over`,
        );
        expect(output).toContain(
          debian === 12 ? "one socket can not have two daemons" : `Debian 13's unit ignores ${instance}`,
        );
        expect(output).toMatch(/- START=yes\n +\+ START="no"\n/);
        expect(output).toMatch(/\+ {3}-o smtpd_relay_restrictions=permit_sasl_authenticated,reject\n/);
        const entry = /^smtps(.*\n[ #])*.*\n/m;
        const changed = await shell(host, "cat /etc/postfix/master.cf");
        expect(changed.replace(entry, "")).toBe(masterCf.replace(entry, ""));
      });

      test("saslauthd.service serves Postfix now, and Cyrus IMAP's daemon is left alone", async () => {
        await expectLogin();
        const serving = await shell(host, `cat ${socketDirectory}/saslauthd.pid`);
        expect(await shell(host, `ps -o unit= -p ${serving}`)).toBe("saslauthd.service");
        expect(await shell(host, `tr '\\0' ' ' < /proc/${serving}/cmdline`)).toBe(
          `/usr/sbin/saslauthd -a pam -c -m ${socketDirectory} -n 5 `.trim(),
        );
        const now = await shell(host, "pgrep -o -f '^/usr/sbin/saslauthd .*saslauthd-cyrus'");
        // on Debian 12 both are one unit, which has to be started again
        if (debian === 13) expect(now).toBe(cyrus);
        expect(await shell(host, "stat -c %F /run/saslauthd-cyrus/mux")).toBe("socket");
      });

      test("with the state lost, up touches nothing", async () => {
        await newStack();

        expect((await upTouches()).touched).toEqual([]);
      });

      test("an instance that is put in use again is shown, and a socket directory that is opened for all", async () => {
        await shell(host, `sed -i 's/^START="no"/START="yes"/' ${instance}; chmod 755 ${socketDirectory}`);

        const { output } = await stack.preview("--diff");

        expect(output).toContain(`socketDirectory: "${socketDirectory}; ${instance} is meant to serve it`);
        expect(output).toMatch(/mode *: "755: every local user can test passwords through its socket" => "710"/);
        await shell(host, `sed -i 's/^START="yes"/START="no"/' ${instance}; chmod 710 ${socketDirectory}`);
      });

      test("destroy gives the first host back, from what the host remembers, and the login still works", async () => {
        expectSuccess(await stack.destroy());

        expect(await snapshot(host)).toEqual(before);
        expect(await argvOf(host, "saslauthd")).not.toBe("");
        await expectLogin();
      });
    });

    describe("files that people have edited", () => {
      const rounds = editedRounds(debian);
      let stock: Record<string, string>;
      let original: Map<string, readonly [string, string, string]>;
      let dressed: string;

      /** Puts the files of a round on the host, as somebody would with an editor. */
      const edit = async ({ files, dress = ":" }: Round) => {
        original = new Map(files.map(({ path, file }) => [path, file(stock[path] ?? "")]));
        for (const [path, parts] of original) {
          await shell(host, `rm -f ${path}`);
          await writeInside(host, path, Buffer.from(parts.join(""), "latin1"));
          await shell(host, `path=${path}; ${dress}`);
        }
        dressed = await dressOf([...original.keys()]);
      };
      const bytesOf = async (path: string) =>
        Buffer.from(await shell(host, `base64 -w 0 ${path}`), "base64").toString("latin1");
      /** Owner and mode, and where a link leads. */
      const dressOf = (paths: readonly string[]) =>
        shell(host, `for path in ${paths.join(" ")}; do stat -L -c '%n %U:%G %a' $path; readlink $path || :; done`);

      beforeAll(async () => {
        // what the guides' layout has left
        await shell(host, "rm /etc/default/saslauthd-*; systemctl stop saslauthd; pkill -x saslauthd; :");
        const shipped = async (path: string) => `${await shell(host, `cat ${path}`)}\n`;
        stock = {
          "/etc/postfix/master.cf": await shipped("/usr/share/postfix/master.cf.dist"),
          "/etc/postfix/main.cf": await shipped("/etc/postfix/main.cf"),
        };
        await newStack();
      });

      test.each(rounds)("$what: up changes our own lines only", async (round) => {
        await edit(round);
        if (round === rounds[0]) before = await snapshot(host);

        const { touched } = await upTouches();

        expect(touched).not.toContain("/etc/postfix/main.cf");
        for (const [path, [head, , tail]] of original) {
          const changed = await bytesOf(path);
          expect({
            path,
            head: changed.slice(0, head.length),
            tail: changed.slice(changed.length - tail.length),
          }).toEqual({
            path,
            head,
            tail,
          });
        }
        expect(await dressOf([...original.keys()])).toBe(dressed);
        await expectLogin();
        if (round !== rounds[0]) return;

        expectSuccess(await stack.destroy());

        expect(await snapshot(host)).toEqual(before);
      });

      test.each(refusedFiles(debian))(
        "$what: up quotes the line, and nothing is changed",
        async ({ path, file, says }) => {
          const right = await bytesOf(path);
          const wrong = file(stock[path] ?? "");
          await writeInside(host, path, Buffer.from(wrong, "latin1"));
          const found = await fingerprints(host);

          const run = await stack.up();

          expect(run.exitCode).not.toBe(0);
          expect(run.output).toMatch(says);
          expect(changedPaths(found, await fingerprints(host))).toEqual([]);
          await expectLogin();
          await writeInside(host, path, Buffer.from(right, "latin1"));
        },
      );
    });
  });
});
