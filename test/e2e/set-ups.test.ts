// Postfix as people set it up: each host carries mail before, sends for who logs in after `up`, relays for nobody else, and is given
// back by destroy as it was found. Every second one runs on this release, the others on the other one.
import { afterEach, describe, expect, jest, test } from "@jest/globals";
import { accepts, expectSuccess, mailUser, shell, smtplib, snapshot } from "../support/index.ts";
import { onRelease } from "../support/release.ts";
import { entries } from "./set-ups/entries.ts";
import { filters } from "./set-ups/filters.ts";
import { roles } from "./set-ups/roles.ts";
import type { SetUp } from "./set-ups/set-up.ts";
import { strictness } from "./set-ups/strictness.ts";
import { shapedHost } from "./shaped-host.ts";

jest.setTimeout(300_000);

const all: readonly SetUp[] = [...roles, ...filters, ...strictness, ...entries];

/** Where mail lies, and the folders that Postfix makes for it: nothing that `up` or destroy is about. */
const mail = /^([0-9a-f]{64} +)?\/(var\/mail|var\/spool\/postfix|srv\/mail|srv\/vhosts|home\/alice)\//;

onRelease((debian) => {
  describe(`Debian ${debian}`, () => {
    const shaped = shapedHost("setups", debian);
    const found = async () => (await snapshot(shaped.host)).filter((row) => !mail.test(row));
    /** What somebody hears on a port who has not logged in and wants to send elsewhere. */
    const relay = async (port: number, tls: true | "starttls" | undefined) =>
      (await smtplib({ host: shaped.host.address, port, ...(tls && { tls }), recipient: "x@example.net" }))
        .recipientCode;

    // a set-up that failed must not be found by the next one
    afterEach(async () => {
      await shaped.stack.destroy();
      await shaped.takeBack(
        "postsuper -d ALL 2>/dev/null; pkill -x smtp-sink; rm -rf /srv/sink /srv/vhosts /var/mail/*",
      );
    });

    test.each(all.filter((_setUp, index) => index % 2 === debian % 2))("$what", async (setUp) => {
      const { main = [], master = "", set = ":", to = "alice@localhost", inside, refused } = setUp;
      const { warns = /./, recipientCode = 250, messageCode } = setUp;
      const settings = main.map((setting) => `'${setting}'`).join(" ");
      await shaped.give(`set -e
${set}
${settings === "" ? ":" : `postconf -e ${settings}`}
cat >> /etc/postfix/master.cf <<'END'
${master}
END
set +e`);
      const { host, stack } = shaped;
      const outside = inside === undefined;
      const before = await found();
      const relayed = outside ? await relay(25, undefined) : 0;
      shaped.configure({ outside: outside ? "expected" : "told" });

      const run = await stack.up();

      if (refused !== undefined) {
        expect(run.output).toMatch(refused);
        expect(run.exitCode).not.toBe(0);
      } else {
        expectSuccess(run);
        expect(run.output).toMatch(warns);
        const login = { host: host.address, user: mailUser.name, password: mailUser.password };
        const letter = { sender: "alice@example.org", recipient: to, message: "Subject: seen\r\n\r\nseen\r\n" };
        const sent =
          recipientCode === 250
            ? { code: 235, recipientCode, messageCode: messageCode ?? 250 }
            : { code: 235, recipientCode };
        if (outside) {
          expect(await smtplib({ ...login, ...letter, port: 465, tls: true })).toMatchObject(sent);
          expect(await smtplib({ ...login, ...letter, port: 587, tls: "starttls" })).toMatchObject(sent);
          for (const refusal of [await relay(465, true), await relay(587, "starttls")])
            expect(refusal).toBeGreaterThanOrEqual(main.includes("soft_bounce=yes") ? 450 : 500);
          expect(await relay(25, undefined)).toBe(relayed);
        } else expect(await accepts(host.address, 465)).toBe(false);
        expectSuccess(await stack.preview("--refresh", "--diff", "--expect-no-changes"));
      }

      expectSuccess(await stack.destroy());

      // no message may be on its way while the files are listed
      await shell(host, "systemctl stop postfix; postsuper -d ALL 2>/dev/null; systemctl start postfix");
      expect(await found()).toEqual(before);
    });
  });
});
