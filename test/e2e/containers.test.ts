// A container on the host runs a saslauthd with the same path and a Postfix: neither is ended, counted or
// compared, whatever is done to the host's own.
import { afterAll, beforeAll, describe, expect, jest, test } from "@jest/globals";
import { destroyHost, type LabHost } from "../../lab/hosts/index.ts";
import { processesIn, startContainer } from "../support/container.ts";
import {
  expectSuccess,
  freshHost,
  listeningPorts,
  mailUser,
  Stack,
  shell,
  smtplib,
  snapshot,
} from "../support/index.ts";
import { onRelease } from "../support/release.ts";
import { oneMailHost, variant } from "../support/variant.ts";

jest.setTimeout(300_000);

onRelease((debian) => {
  describe(`Debian ${debian}, with a container on it`, () => {
    let host: LabHost;
    let stack: Stack;
    let before: string[];
    let strangers: string[];
    const up = async (args: object, password: string = mailUser.password) => {
      await stack.configureSecret("proofPassword", password);
      stack.configure({ args });
      return await stack.up();
    };

    beforeAll(async () => {
      host = await freshHost(`containers${debian}`, debian);
      await shell(
        host,
        "apt-get -qq update; DEBIAN_FRONTEND=noninteractive apt-get -qq install -y postfix sasl2-bin netcat-openbsd >/dev/null 2>&1; systemctl disable --now postfix saslauthd 2>/dev/null; timeout 20 sh -c 'while pgrep -x master; do sleep 0.1; done'",
      );
      await startContainer(host);
      strangers = await processesIn(host);
      before = await snapshot(host);
      stack = await Stack.create(`containers-${debian}`, variant(`containers${debian}`, oneMailHost));
      stack.configure({
        connection: { host: host.address, privateKeyFile: host.privateKeyFile, knownHostsFile: host.knownHostsFile },
        proofUsername: mailUser.name,
      });
    });

    afterAll(async () => {
      stack?.forget();
      if (host !== undefined) await destroyHost(host);
    });

    test("the container has both daemons", () => {
      expect(strangers.join("\n")).toMatch(/saslauthd -a shadow -m \/var\/spool\/postfix\/var\/run\/saslauthd/);
      expect(strangers.join("\n")).toMatch(/postfix\/sbin\/master/);
    });

    test("an up whose proof fails is put back, and the container's daemons live on", async () => {
      const run = await up({ allowCleartext: true }, "not the password");

      expect(run.output).toMatch(/535 5\.7\.8[\s\S]*everything is put back as it was before/);
      expect(await processesIn(host)).toEqual(strangers);
      expect(await snapshot(host)).toEqual(before);
    });

    test("an up that leaves Postfix stopped ends well, and only the container's Postfix runs", async () => {
      expectSuccess(await up({}));

      expect(await processesIn(host)).toEqual(strangers);
      expect(await listeningPorts(host)).not.toContain(25);
      expectSuccess(await stack.preview("--refresh", "--diff", "--expect-no-changes"));
    });

    test("an up that leaves it running is proved by the host's own saslauthd", async () => {
      expectSuccess(await up({ allowCleartext: true }));

      const { name: user, password } = mailUser;
      expect(await smtplib({ host: host.address, port: 465, user, password })).toMatchObject({ code: 235 });
      expect(await processesIn(host)).toEqual(strangers);
    });

    test("the container's daemon that ends is no drift", async () => {
      await shell(
        host,
        "systemd-run --quiet --unit=another unshare --pid --mount --fork --mount-proc sh -c 'mount -t tmpfs tmpfs /var/spool && mkdir -p /var/spool/postfix/var/run/saslauthd && exec /usr/sbin/saslauthd -d -a pam -m /var/spool/postfix/var/run/saslauthd' 2>&1; sleep 1; systemctl is-active another",
      );
      expectSuccess(await stack.preview("--refresh", "--diff", "--expect-no-changes"));

      await shell(host, "systemctl stop another");

      expectSuccess(await stack.preview("--refresh", "--diff", "--expect-no-changes"));
    });

    test("destroy gives the host back, and the container's daemons live on", async () => {
      expectSuccess(await stack.destroy());

      expect(await processesIn(host)).toEqual(strangers);
      expect(await snapshot(host)).toEqual(before);
    });

    test("a program of a container that holds port 465 of the host is told for what it is", async () => {
      await shell(
        host,
        "systemd-run --quiet --unit=squatter unshare --pid --mount --fork --mount-proc nc -l -k -p 465 2>&1; timeout 20 sh -c 'until ss -Hltn | grep -q :465; do sleep 0.1; done'",
      );

      const run = await up({ allowCleartext: true });

      expect(run.output).toMatch(/nc \(process \d+ of a container\) listens on .*:465/);
      await shell(host, "systemctl stop squatter; systemctl reset-failed squatter 2>/dev/null || :");
      expect(await snapshot(host)).toEqual(before);
    });
  });
});
