// A host that an earlier version set up, and its stack, under the version of today: nothing is replaced, what is due is done and proved, and
// destroy gives the host back as it was before the earlier version came. Each step stands on the one before.
import { afterAll, beforeAll, describe, expect, jest, test } from "@jest/globals";
import { destroyHost, type LabHost } from "../../lab/hosts/index.ts";
import { projectRoot } from "../../lab/paths.ts";
import { expectSuccess, freshHost, mailUser, Stack, shell, smtplib, snapshot } from "../support/index.ts";
import { keptVersion } from "../support/kept-version.ts";
import { askEvery } from "../support/outsider.ts";
import { onRelease } from "../support/release.ts";

jest.setTimeout(300_000);

/** Before the options that main.cf cannot override, records with a seal, and the journal of today. */
const commit = "6b9ffd2";
const account = { name: "newsletter", password: "an Account's 1" };

onRelease((debian) => {
  describe(`Debian ${debian}, set up by ${commit}`, () => {
    let host: LabHost;
    let earlier: Stack;
    let today: Stack;
    let before: string[];
    const codeOf = async (port: number, { name, password }: { name: string; password: string }) =>
      (await smtplib({ host: host.address, port, user: name, password, tls: port === 465 ? true : "starttls" })).code;
    const logins = () => Promise.all([465, 587].flatMap((port) => [codeOf(port, mailUser), codeOf(port, account)]));

    beforeAll(async () => {
      host = await freshHost(`kept${debian}`, debian);
      before = await snapshot(host);
      const { address, privateKeyFile, knownHostsFile } = host;
      earlier = await Stack.create(`kept-${debian}`, keptVersion(commit, `kept-${debian}`));
      earlier.configure({
        hosts: [{ name: "mail", connection: { host: address, privateKeyFile, knownHostsFile } }],
        proofUsername: mailUser.name,
        tls: { selfSigned: true, serverName: "mail.lab.example" },
        submission: true,
        accounts: [{ name: account.name }],
      });
      await earlier.configureSecret("proofPassword", mailUser.password);
      await earlier.configureSecretsIn("accountPasswords", { [account.name]: account.password });
      expectSuccess(await earlier.up());
      today = earlier.in(projectRoot);
    });

    afterAll(async () => {
      earlier?.forget();
      if (host !== undefined) await destroyHost(host);
    });

    test("a preview has updates of what is due and nothing else, and touches nothing", async () => {
      const left = await snapshot(host);

      const plan = await today.plan();

      expect(plan).toEqual(
        ["postfix", "proof", "saslauthd", "smtps", "submission"].map((name) => `mail-${name}: update`),
      );
      expect(await snapshot(host)).toEqual(left);
    });

    test("up does it and proves it, while port 25 is served, and all can log in", async () => {
      const world = askEvery(100, host.address);

      const run = await today.up();
      const { refused } = await world.stop();

      expectSuccess(run);
      expect(refused).toEqual([]);
      expect((await today.outputs<{ summary: { mail: string } }>()).summary.mail).toMatch(
        /^proved [-\d]+ \d\d:\d\d UTC, running, ports 25 465 587, certificate until /,
      );
      expect(await logins()).toEqual([235, 235, 235, 235]);
      expect(await shell(host, "postconf -P submission/inet/smtpd_sasl_type")).toMatch(/= cyrus$/);
    });

    test("nothing is left to do", async () => {
      expectSuccess(await today.preview("--expect-no-changes"));
      expectSuccess(await today.refresh("--expect-no-changes"));
    });

    test("destroy gives the host back as it was before the earlier version came", async () => {
      expectSuccess(await today.destroy());

      expect(await snapshot(host)).toEqual(before);
    });

    test("so does a destroy of what the earlier version made, without an up between", async () => {
      expectSuccess(await earlier.up());
      expect(await logins()).toEqual([235, 235, 235, 235]);

      expectSuccess(await today.destroy());

      expect(await snapshot(host)).toEqual(before);
    });

    // Its drop-in waits for a PID file, which the sysv script does not make then. Debian 13 has none.
    if (debian === 12) {
      const reinstall = `sed -i 's/^START=.*/START=no/' /etc/default/saslauthd
DEBIAN_FRONTEND=noninteractive apt-get -qq install -y --reinstall sasl2-bin >/dev/null 2>&1 || :
dpkg-query -W -f '\${db:Status-Status}' sasl2-bin`;

      test("a sasl2-bin that apt could not configure beside its drop-in is configured by an up, and all can log in", async () => {
        expectSuccess(await earlier.up());
        expect(await shell(host, reinstall)).toBe("half-configured");

        const run = await today.up();

        expectSuccess(run);
        expect(await shell(host, "dpkg --audit; systemctl is-active saslauthd")).toBe("active");
        expect(await logins()).toEqual([235, 235, 235, 235]);
        expectSuccess(await today.preview("--expect-no-changes"));
        expectSuccess(await today.destroy());
        expect(await snapshot(host)).toEqual(before);
      });

      test("and is taken away by a destroy without an up between", async () => {
        expectSuccess(await earlier.up());
        expect(await shell(host, reinstall)).toBe("half-configured");

        expectSuccess(await today.destroy());

        expect(await snapshot(host)).toEqual(before);
      });
    }
  });
});
