// Hosts whose /bin/sh is not dash: a first `up` whose proof fails gives the bare host back, a good one reaches
// the login, a later one that fails is put back while mail flows, and destroy leaves no trace.
import { afterAll, beforeAll, describe, expect, jest, test } from "@jest/globals";
import { destroyHost, type LabHost } from "../../lab/hosts/index.ts";
import { exchangeShell, expectSuccess, freshHost, mailUser, Stack, smtplib, snapshot } from "../support/index.ts";
import { askEvery } from "../support/outsider.ts";
import { onRelease } from "../support/release.ts";
import { oneMailHost, variant } from "../support/variant.ts";

jest.setTimeout(300_000);

onRelease((debian) => {
  describe.each(["bash", "busybox"] as const)(`Debian ${debian} with %s as /bin/sh`, (program) => {
    let host: LabHost;
    let stack: Stack;
    let bare: string[];
    const up = async (password: string = mailUser.password, args = {}) => {
      await stack.configureSecret("proofPassword", password);
      stack.configure({ args: { allowCleartext: true, ...args } });
      return await stack.up();
    };

    beforeAll(async () => {
      host = await freshHost(`${program}${debian}`, debian);
      await exchangeShell(host, program);
      bare = await snapshot(host);
      stack = await Stack.create(`${program}-${debian}`, variant(`${program}${debian}`, oneMailHost));
      stack.configure({
        connection: { host: host.address, privateKeyFile: host.privateKeyFile, knownHostsFile: host.knownHostsFile },
        proofUsername: mailUser.name,
      });
    });

    afterAll(async () => {
      stack?.forget();
      if (host !== undefined) await destroyHost(host);
    });

    test("a first up whose proof fails gives the bare host back, packages included", async () => {
      const run = await up("not the password");

      expect(run.exitCode).not.toBe(0);
      expect(run.output).toMatch(/535 5\.7\.8/);
      expect(run.output).toContain("everything is put back as it was before");
      expect(await snapshot(host)).toEqual(bare);
    });

    test("a good one reaches the login, and nothing is left to do", async () => {
      expectSuccess(await up());

      const { name: user, password } = mailUser;
      expect(await smtplib({ host: host.address, port: 465, user, password })).toMatchObject({ code: 235 });
      expectSuccess(await stack.preview("--refresh", "--diff", "--expect-no-changes"));
    });

    test("a change that fails its proof is put back, and mail flows throughout", async () => {
      const proved = await snapshot(host);
      const outsider = askEvery(100, host.address);

      const run = await up("not the password", { options: { smtpd_helo_required: "yes" } });

      const { served, refused } = await outsider.stop();
      expect(run.exitCode).not.toBe(0);
      expect(run.output).toContain("mail flows: port 25 answers");
      expect({ refused, some: served > 5 }).toEqual({ refused: [], some: true });
      expect(await snapshot(host)).toEqual(proved);
    });

    test("destroy leaves no trace", async () => {
      expectSuccess(await stack.destroy());

      expect(await snapshot(host)).toEqual(bare);
    });
  });
});
