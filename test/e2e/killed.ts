// The engine killed in the middle of an `up`, at moments drawn from a seed: the next `up` must reach the same host as one that
// was never disturbed, and leave no journal, lock or temporary file.
import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { type Debian, destroyHost, type LabHost, resetHost } from "../../lab/hosts/index.ts";
import { expectSuccess, freshHost, mailUser, Stack, shell, smtplib, snapshot } from "../support/index.ts";

/** Seconds after the start: spread over start-up, apt, the changes, the proof. The first number is the seed. */
function moments(seed: number, count: number): number[] {
  let state = seed;
  return Array.from({ length: count }, (_, index) => {
    state = (state * 1103515245 + 12345) % 2147483648;
    return Number((1.5 + ((index + state / 2147483648) * 12) / count).toFixed(2));
  });
}

export function killed(debian: Debian, seed: number): void {
  describe(`Debian ${debian}, seed ${seed}`, () => {
    let host: LabHost;
    let undisturbed: string[];

    const stackFor = async (name: string) => {
      const stack = await Stack.create(name);
      const connection = {
        host: host.address,
        privateKeyFile: host.privateKeyFile,
        knownHostsFile: host.knownHostsFile,
      };
      stack.configure({ hosts: [{ name: "mail", connection }], proofUsername: mailUser.name, allowCleartext: true });
      await stack.configureSecret("proofPassword", mailUser.password);
      return stack;
    };
    const bare = async () => {
      await resetHost(host);
      await shell(host, `useradd -m ${mailUser.name}; echo done`);
      await shell(host, `chpasswd <<'END'\n${mailUser.name}:${mailUser.password}\nEND`);
    };

    beforeAll(async () => {
      host = await freshHost(`killed${debian}`, debian);
      await bare();
      const stack = await stackFor(`killed-${debian}-undisturbed`);
      expectSuccess(await stack.up());
      undisturbed = await snapshot(host);
      stack.forget();
    });

    afterAll(async () => {
      if (host !== undefined) await destroyHost(host);
    });

    test.each(moments(seed, 3))("killed after %d s, the next up converges", async (seconds) => {
      await bare();
      const stack = await stackFor(`killed-${debian}-${seconds}`.replace(".", "-"));
      const run = stack.start(["up", "--yes", "--skip-preview"]);
      await sleep(seconds * 1000);
      run.kill("SIGKILL");
      await run.ended;
      await stack.run(["cancel", "--yes", "--stack", stack.name]);

      expectSuccess(await stack.up());

      const login = await smtplib({ host: host.address, port: 465, user: mailUser.name, password: mailUser.password });
      expect(login).toMatchObject({ code: 235 });
      expect(
        await shell(
          host,
          "ls -d /var/lib/sasl-mail-host/journal /etc/postfix/.??* /etc/default/.??* 2>/dev/null || echo none",
        ),
      ).toBe("none");
      expect((await snapshot(host)).filter(lasting)).toEqual(undisturbed.filter(lasting));
      expectSuccess(await stack.preview("--expect-no-changes"));
      stack.forget();
    });
  });
}

/** Databases with the time in them, a key of its own for each snake-oil certificate, password hashes with their salt, and what the host remembers of its own past. */
function lasting(row: string): boolean {
  return !/\/etc\/(shadow|ssl|sasldb2|aliases\.db)|ssl-cert|\/var\/lib\/sasl-mail-host|machine-id/.test(row);
}
