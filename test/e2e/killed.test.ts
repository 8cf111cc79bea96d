// The engine killed in the middle of an operation, at moments drawn from a seed: in an `up` of a bare host (some of them inside apt),
// in an `up` that changes options, and in a destroy. The next run must reach the same host as runs that nobody disturbed, and leave no
// journal, no lock and no temporary file.
import { cpSync, rmSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, beforeAll, describe, expect, jest, test } from "@jest/globals";
import { destroyHost, type LabHost, resetHost, snapshotHost } from "../../lab/hosts/index.ts";
import { expectSuccess, freshHost, mailUser, Stack, shell, smtplib, snapshot } from "../support/index.ts";
import { onRelease } from "../support/release.ts";
import { oneMailHost, variant } from "../support/variant.ts";

/** How many moments a release gets. Three are one of each kind; `npm run test:killed` takes twenty. */
const count = Number(process.env.KILLED_MOMENTS ?? 3);

interface Moment {
  readonly kind: keyof typeof kinds;
  /** Between 0 and 1: how much of the operation, or of apt, has passed. */
  readonly part: number;
}

/**
 * What is disturbed, and what is run next. The time counts from the start, or from what is first to be seen on the host: apt; and, where
 * nobody goes on but all is taken back, the first change after the packages. (Of a resource that was never finished the engine knows
 * nothing, so a destroy needs another one in the state to be asked at all.)
 */
const kinds = {
  "up of a bare host, in apt": { from: "bare", disturbed: "up", next: "up", seen: "pgrep -x apt-get", share: 0.5 },
  "up that changes options": { from: "kept", disturbed: "change", next: "change", share: 1 },
  destroy: { from: "kept", disturbed: "destroy", next: "destroy", share: 1 },
  "up of a bare host": { from: "bare", disturbed: "up", next: "up", share: 1 },
  "up of a bare host, given up": {
    from: "bare",
    disturbed: "up",
    next: "destroy",
    seen: "[ -d /var/spool/postfix/var/run ]",
    share: 0.3,
  },
} as const;

/** The kinds in turn, and in each of them moments that lie apart. The first number is the seed. */
function moments(seed: number): Moment[] {
  const names = Object.keys(kinds) as (keyof typeof kinds)[];
  let state = seed;
  return Array.from({ length: count }, (_, index) => {
    state = (state * 1103515245 + 12345) % 2147483648;
    const rounds = Math.ceil(count / names.length);
    const part = (Math.floor(index / names.length) + state / 2147483648) / rounds;
    return { kind: names[index % names.length] ?? "destroy", part: Number(part.toFixed(3)) };
  });
}

type Operation = "up" | "change" | "destroy";

const first = { args: { allowCleartext: true } };
const changed = {
  args: { allowCleartext: true, options: { smtpd_helo_required: "yes" } },
  changed: {
    SaslauthdService: { threads: 3 },
    SmtpdConf: { mechList: ["login"] },
    AuthProof: { mechanisms: ["LOGIN"] },
  },
};
const configurations: Record<Operation, object> = { up: first, change: changed, destroy: first };

jest.setTimeout(600_000);

onRelease((debian) => {
  const seed = 20261124;
  describe(`Debian ${debian}, seed ${seed}`, () => {
    let host: LabHost;
    let stack: Stack;
    /** Seconds of an operation that nobody disturbed, and the host after it. */
    const undisturbed: Partial<Record<Operation, { seconds: number; host: string[] }>> = {};
    const configure = (name: Operation) => stack.configure({ args: {}, changed: {}, ...configurations[name] });
    const run = (name: Operation) => {
      configure(name);
      return name === "destroy" ? stack.destroy() : stack.up();
    };
    const start = (name: Operation) => {
      configure(name);
      return stack.start([name === "destroy" ? "destroy" : "up", "--yes", "--skip-preview"]);
    };
    const stateOf = (label: string) => join(stack.folder, `state-${label}`);
    /** Host and state of that label, as they were. */
    const goTo = async (label: string) => {
      await resetHost(host, label);
      rmSync(join(stack.folder, "state"), { recursive: true });
      cpSync(stateOf(label), join(stack.folder, "state"), { recursive: true });
    };
    const keep = async (label: string) => {
      await snapshotHost(host, label);
      cpSync(join(stack.folder, "state"), stateOf(label), { recursive: true });
    };
    const measure = async (name: Operation) => {
      const began = performance.now();
      expectSuccess(await run(name));
      undisturbed[name] = { seconds: (performance.now() - began) / 1000, host: await snapshot(host) };
    };

    beforeAll(async () => {
      host = await freshHost(`killed${debian}`, debian);
      stack = await Stack.create(`killed-${debian}`, variant(`killed${debian}`, oneMailHost));
      stack.configure({
        connection: { host: host.address, privateKeyFile: host.privateKeyFile, knownHostsFile: host.knownHostsFile },
        proofUsername: mailUser.name,
      });
      await stack.configureSecret("proofPassword", mailUser.password);
      await keep("bare");
      await measure("up");
      await keep("kept");
      await measure("change");
      await goTo("kept");
      await measure("destroy");
    });

    afterAll(async () => {
      stack?.forget();
      if (host !== undefined) await destroyHost(host);
    });

    /** Waits for the moment. An operation that is over before was not disturbed, which is fine as well. */
    const momentOf = async ({ kind, part }: Moment) => {
      const { disturbed, share, ...more } = kinds[kind];
      if ("seen" in more) await shell(host, `timeout 120 sh -c 'until ${more.seen}; do sleep 0.05; done' >/dev/null`);
      await sleep(part * share * (undisturbed[disturbed]?.seconds ?? 0) * 1000);
    };

    test.each(moments(seed))("$kind, killed after $part of it: the next run converges", async (moment) => {
      const { from, disturbed, next } = kinds[moment.kind];
      await goTo(from);
      const engine = start(disturbed);
      await momentOf(moment);
      engine.kill("SIGKILL");
      await engine.ended;
      await stack.run(["cancel", "--yes", "--stack", stack.name]);

      expectSuccess(await run(next));

      expect((await snapshot(host)).filter(lasting)).toEqual(undisturbed[next]?.host.filter(lasting));
      expect(await shell(host, traces)).toBe("");
      expect(await shell(host, "ls /var/lib/sasl-mail-host 2>&1 || :")).toMatch(
        next === "destroy" ? /No such/ : /^memory\npackages$/,
      );
      if (next === "destroy") return;
      const { name: user, password } = mailUser;
      expect(await smtplib({ host: host.address, port: 465, user, password })).toMatchObject({ code: 235 });
      expectSuccess(await stack.preview("--diff", "--expect-no-changes"));
    });
  });
});

/** The journal, temporary files beside those that are written, apt's report, and a lock that somebody still holds. */
const traces = `find /var/lib/sasl-mail-host/journal /etc/postfix/.??* /etc/postfix/sasl/.??* /etc/default/.??* /etc/systemd/system/saslauthd.service.d/.??* /tmp/tmp.* -maxdepth 0 2>/dev/null
flock -n /run/sasl-mail-host.lock true || echo locked`;

/** Databases with the time in them, a key of its own for each snake-oil certificate, password hashes with their salt, and what the host remembers of its own past. */
function lasting(row: string): boolean {
  return !/\/etc\/(shadow|ssl|sasldb2|aliases\.db)|ssl-cert|\/var\/lib\/sasl-mail-host|machine-id/.test(row);
}
