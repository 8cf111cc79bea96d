// A Postfix that cannot be started as it is set up: Postfix's own fatal lines are in the message, and whether it runs is said as it is.
import { afterAll, afterEach, beforeAll, describe, expect, jest, test } from "@jest/globals";
import { destroyHost, type LabHost } from "../../lab/hosts/index.ts";
import { freshHost, shell } from "../support/index.ts";
import { onRelease } from "../support/release.ts";
import { hangUp, ResourceOnHost } from "../support/resource-on-host.ts";

jest.setTimeout(300_000);

interface Case {
  readonly what: string;
  /** Shell text that sets Postfix up in this way while it runs. */
  readonly set: string;
  /** Postfix's own words. */
  readonly says: RegExp;
}

const cases: readonly Case[] = [
  {
    what: "without a main.cf (debconf: No configuration)",
    set: "rm /etc/postfix/main.cf",
    says: /fatal: open \/etc\/postfix\/main\.cf/,
  },
  {
    what: "with a host name of digits alone",
    set: "postconf -e myhostname=12345",
    says: /fatal: .*(numeric|bad) .*12345|fatal: .*12345/,
  },
  {
    what: "on an address that the host does not have",
    set: "postconf -e inet_interfaces=203.0.113.9",
    says: /fatal: .*203\.0\.113\.9/,
  },
];

onRelease((debian) => {
  let host: LabHost;

  beforeAll(async () => {
    jest.spyOn(console, "log").mockImplementation(() => undefined);
    host = await freshHost(`nostart${debian}`, debian);
    await shell(
      host,
      "apt-get -qq update; DEBIAN_FRONTEND=noninteractive apt-get -qq install -y postfix >/dev/null 2>&1; cp -a /etc/postfix /root/stock",
    );
  });

  afterEach(async () => {
    await shell(
      host,
      "systemctl stop postfix; rm -rf /etc/postfix; cp -a /root/stock /etc/postfix; systemctl reset-failed 'postfix*'; systemctl start postfix",
    );
  });

  afterAll(async () => {
    if (host === undefined) return;
    await hangUp(host);
    await destroyHost(host);
  });

  /** The message of a run that must end with Postfix running. */
  async function failure(): Promise<string> {
    const service = await ResourceOnHost.of(host, { kind: "PostfixService", given: { ports: [25] } });
    return await service.create().then(
      () => "it runs",
      (error: Error) => error.message,
    );
  }

  const reallyRuns = async () => (await shell(host, "pgrep -xc master || :")).trim() !== "0";

  describe.each(["running", "stopped"])("that is %s,", (state) => {
    test.each(cases)("$what: its own words are told, and whether it runs", async ({ set, says }) => {
      await shell(host, `${set}; ${state === "stopped" ? "pkill -x master; sleep 0.5" : ":"}`);

      const message = await failure();

      expect(message).toMatch(says);
      expect(message).not.toContain("no message");
      expect(message.includes("Postfix runs on")).toBe(await reallyRuns());
      expect(message.includes("Postfix does not run")).toBe(!(await reallyRuns()));
    });
  });

  test("a second instance that is broken is not ours: this one is started all the same", async () => {
    await shell(
      host,
      "postmulti -e init >/dev/null 2>&1; postmulti -I postfix-out -G out -e create >/dev/null 2>&1; postmulti -i postfix-out -e enable; postconf -c /etc/postfix-out -e master_service_disable= inet_interfaces=203.0.113.9 authorized_submit_users=root",
    );

    const message = await failure();

    expect(message).toBe("it runs");
    await shell(host, "rm -rf /etc/postfix-out /var/spool/postfix-out /var/lib/postfix-out");
  });
});
