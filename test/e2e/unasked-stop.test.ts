// A Postfix that is in use is not stopped because a key is mistyped or missing: it is stopped where that was asked for, and where a
// run before had left it stopped. A run that fails leaves it as it was. Each step stands on the one before.
import { afterAll, beforeAll, describe, expect, jest, test } from "@jest/globals";
import { destroyHost, type LabHost } from "../../lab/hosts/index.ts";
import {
  accepts,
  type EngineRun,
  expectSuccess,
  freshHost,
  mailUser,
  Stack,
  shell,
  smtplib,
  snapshot,
} from "../support/index.ts";
import { onRelease } from "../support/release.ts";

const name = "mail.lab.example";
const selfSigned = { selfSigned: true, serverName: name };

jest.setTimeout(300_000);

onRelease((debian) => {
  describe(`Debian ${debian}`, () => {
    let host: LabHost;
    let stack: Stack;
    let served: string[];
    const login = () =>
      smtplib({ host: host.address, port: 465, tls: true, name, user: mailUser.name, password: mailUser.password });
    const atBoot = () => shell(host, "systemctl is-enabled postfix || true");
    const newStack = async () => {
      stack?.forget();
      stack = await Stack.create(`unasked-stop-${debian}`);
      const { address, privateKeyFile, knownHostsFile } = host;
      stack.configure({
        hosts: [{ name: "mail1", connection: { host: address, privateKeyFile, knownHostsFile } }],
        proofUsername: mailUser.name,
      });
      await stack.configureSecret("proofPassword", mailUser.password);
    };

    beforeAll(async () => {
      host = await freshHost(`unasked${debian}`, debian);
      await newStack();
    });

    afterAll(async () => {
      stack?.forget();
      if (host !== undefined) await destroyHost(host);
    });

    test("on a host where nothing ran the page's end stays, and preview and up say so before", async () => {
      const preview = await stack.preview();
      const run = await stack.up();

      for (const { output } of [preview, run])
        expect(output).toContain("warning: mail1: without tls Postfix ends stopped and disabled at boot");
      expectSuccess(run);
      expect(await accepts(host.address, 25)).toBe(false);
      expect(await atBoot()).toBe("disabled");
    });

    test("one that was started by hand since then is shown, and stopped again", async () => {
      await shell(host, "systemctl enable --now postfix");

      const preview = await stack.preview("--diff");
      const run = await stack.up();

      expect(preview.output).toContain('"running: started since the last run left it stopped" => "stopped"');
      expectSuccess(run);
      expect(await accepts(host.address, 25)).toBe(false);
      expect(await atBoot()).toBe("disabled");
      expect(await stack.plan()).toEqual([]);
    });

    test("tsl for tls, on a host that serves with TLS: refused with the key that was meant, and nothing is touched", async () => {
      stack.configure({ tls: selfSigned });
      expectSuccess(await stack.up());
      served = await snapshot(host);
      await stack.unset("tls");
      stack.configure({ tsl: selfSigned });

      const runs = [await stack.preview(), await stack.up()];

      for (const run of runs) expectRefused(run, "  tsl: unknown key; did you mean tls?");
      expect(await login()).toMatchObject({ code: 235 });
      expect(await snapshot(host)).toEqual(served);
    });

    test("tls gone: refused before anything is done, with the host, the ports and both ways on", async () => {
      await stack.unset("tsl");

      const preview = await stack.preview();

      expectRefused(preview, "mail1: Postfix runs there and serves the ports 25 and 465. It would end stopped");
      expect(preview.output).toContain(", say finalState: stopped");
      expect(await snapshot(host)).toEqual(served);
    });

    test("the same without a preview, twice: what was done before it is put back", async () => {
      for (const run of [await stack.up(), await stack.up()]) {
        expectRefused(run, "Postfix runs there and serves the ports 25 and 465");
        expect(run.output).not.toContain("deleting");
      }

      expect(await login()).toMatchObject({ code: 235 });
      expect(await atBoot()).toBe("enabled");
      expect(await snapshot(host)).toEqual(served);
    });

    test("down at the moment, it is not kept down: it starts at boot", async () => {
      await shell(host, "systemctl stop postfix");

      expectRefused(await stack.preview(), "mail1: Postfix starts at boot there, although it stands still now");
      expect(await atBoot()).toBe("enabled");
      await shell(host, "systemctl start postfix");
    });

    test("one that was stopped as an open relay stays stopped, where the up that starts it sees that", async () => {
      stack.configure({ tls: selfSigned });
      const opened = "cp -p /etc/postfix/main.cf /root && postconf -e mynetworks=0.0.0.0/0 && systemctl stop postfix";
      await shell(host, opened);

      const run = await stack.up();

      expectRefused(run, "OPEN RELAY");
      expect(run.output).toMatch(/undone: start Postfix: it is stopped\s+Postfix is stopped, as before/);
      expect(await accepts(host.address, 25)).toBe(false);
      await shell(host, "mv /root/main.cf /etc/postfix/main.cf && systemctl start postfix");
      await stack.unset("tls");
      expect(await snapshot(host)).toEqual(served);
    });

    test("finalState: stopped, and a login that fails: Postfix serves again, and says so", async () => {
      stack.configure({ finalState: "stopped" });
      await stack.configureSecret("proofPassword", "of last year");

      const run = await stack.up();

      expectRefused(run, "undone: stop Postfix: wanted stopped, found running");
      expect(await login()).toMatchObject({ code: 235 });
      expect(await atBoot()).toBe("enabled");
      expect(await snapshot(host)).toEqual(served);
      await stack.configureSecret("proofPassword", mailUser.password);
    });

    test("finalState: stopped is obeyed, without a warning", async () => {
      const run = await stack.up();

      expectSuccess(run);
      expect(run.output).not.toContain("without tls Postfix ends stopped");
      expect(await accepts(host.address, 25)).toBe(false);
      expect(await stack.plan()).toEqual([]);
      expectSuccess(await stack.destroy());
    });

    test("a host with a mail server of its own is refused at the first up, and left as it was", async () => {
      await shell(host, "DEBIAN_FRONTEND=noninteractive apt-get -qq install -y postfix >/dev/null 2>&1");
      const before = await snapshot(host);
      await newStack();

      const run = await stack.up();

      expectRefused(run, "Postfix runs there and serves port 25, and nobody has asked for the stop");
      expect(await accepts(host.address, 25)).toBe(true);
      expect(await snapshot(host)).toEqual(before);
    });
  });
});

function expectRefused({ exitCode, output }: EngineRun, says: string): void {
  expect({ refused: exitCode !== 0, output }).toEqual({ refused: true, output: expect.stringContaining(says) });
}
