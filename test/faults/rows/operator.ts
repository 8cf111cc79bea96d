// Faults on the operator's side: two runs at once, killed engines, lost and old states, other machines in the place of the host.
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { destroyHost, knownHosts, resetHost } from "../../../lab/hosts/index.ts";
import { mailUser } from "../../support/host.ts";
import { type EngineRun, Stack } from "../../support/stack.ts";
import type { Fault, Scene } from "../fault.ts";
import { connecting, onHost, untilSeen } from "../injections.ts";
import { changeBegun, installs, quick } from "../moments.ts";
import { stranger } from "../prepared.ts";

const login = "pgrep -f '^sshd(-session)?: root@notty'";

/** The engine gets signals in the middle of an operation. */
const ended = (
  id: string,
  fault: string,
  of: string,
  meets: "up" | "change" | "destroy",
  start: Fault["start"],
  seen: string,
  signals: readonly NodeJS.Signals[],
  after = 0,
): Fault => ({
  id,
  of,
  fault,
  start,
  meets,
  inject: [],
  exit: "any",
  left: "to be repaired",
  within: 240,
  run: async (scene) => {
    const engine = scene.stack.start([meets === "destroy" ? "destroy" : "up", "--yes", "--skip-preview"]);
    const came = await untilSeen(scene, seen);
    await sleep(after * 1000);
    const began = performance.now();
    for (const signal of signals) {
      engine.kill(signal);
      await sleep(300);
    }
    await engine.ended;
    const took = ((performance.now() - began) / 1000).toFixed(1);
    return { exitCode: came ? 1 : 0, output: `the engine got ${signals.join(", ")} and ended after ${took} s` };
  },
});

/** Another stack with the same program and host. */
async function otherStack({ host }: Scene): Promise<Stack> {
  const other = await Stack.create(`other-${host.debian}`);
  const { address, privateKeyFile, knownHostsFile } = host;
  other.configure({
    hosts: [{ name: "mail", connection: { host: address, privateKeyFile, knownHostsFile } }],
    allowCleartext: true,
    proofUsername: mailUser.name,
  });
  await other.configureSecret("proofPassword", mailUser.password);
  return other;
}

const joined = (runs: readonly EngineRun[], exitCode: number): EngineRun => ({
  exitCode,
  output: runs.map(({ output }) => output).join("\n"),
});

/** The state is another one; host and configuration are as they were. */
const withState = (
  id: string,
  fault: string,
  of: string,
  change: (state: string) => string | undefined,
  more: Partial<Fault> = {},
): Fault => ({
  id,
  of,
  fault,
  start: "mail",
  meets: "refresh",
  inject: [],
  exit: 0,
  left: "as before",
  run: async ({ stack }) => {
    const changed = change(await stack.exportState());
    if (changed !== undefined) await stack.importState(changed);
    return await stack.up();
  },
  ...more,
});

interface State {
  deployment: { resources: { urn: string; type: string }[] };
}

/** Pulumi's own and the component stay. */
const without = (gone: RegExp) => (state: string) => {
  const parsed = JSON.parse(state.slice(state.indexOf("{"))) as State;
  parsed.deployment.resources = parsed.deployment.resources.filter(({ type }) => !gone.test(type));
  return JSON.stringify(parsed);
};

const urnOf = async (stack: Stack, kind: string) =>
  (JSON.parse(await stack.exportState()) as State).deployment.resources.find(({ type }) => type.endsWith(`:${kind}`))
    ?.urn ?? "";

const replaced = (kind: string): Fault => ({
  id: `replace-${kind.toLowerCase()}`,
  of: "H1",
  fault: `\`up --replace\` of the ${kind}, with mail in the queue`,
  start: "mail",
  meets: "refresh",
  inject: [
    onHost(
      "postconf -e defer_transports=local; postfix reload 2>/dev/null; echo hello | sendmail root; timeout 30 sh -c 'until postqueue -j | grep -q deferred; do sleep 0.2; done'",
      "postsuper -d ALL 2>/dev/null; postconf -X defer_transports",
    ),
  ],
  exit: 0,
  says: [/left in place/],
  left: "as before",
  shows: { look: "postqueue -j | wc -l; systemctl is-active postfix", is: /^1\nactive/ },
  run: async ({ stack }) => await stack.up("--replace", await urnOf(stack, kind)),
});

/** Another host answers at the address. */
const elsewhere = (id: string, fault: string, of: string, set: string, more: Partial<Fault>): Fault => ({
  id,
  of,
  fault,
  start: "mail",
  meets: "up",
  inject: [],
  exit: "any",
  left: "as before",
  next: [],
  within: 240,
  run: async (scene) => {
    const { stack, host } = scene;
    const first = await stack.up();
    if (first.exitCode !== 0) return first;
    const other = await stranger(scene);
    try {
      const knownHostsFile = join(stack.folder, "known-other");
      writeFileSync(knownHostsFile, await knownHosts(other, other.address));
      scene.connect({ host: other.address, privateKeyFile: other.privateKeyFile, knownHostsFile });
      const run = set === "destroy" ? await stack.destroy() : await stack.preview("--refresh");
      scene.connect({});
      const own = await stack.destroy();
      return own.exitCode === 0 ? run : joined([run, own], own.exitCode);
    } finally {
      scene.connect({});
      await destroyHost(other);
      void host;
    }
  },
  ...more,
});

export const ofOperator: readonly Fault[] = [
  {
    id: "two-ups-one-stack",
    of: "faults.md 44, issue 14",
    fault: "Two `up` of one stack run at once",
    start: "mail",
    meets: "up",
    inject: [],
    exit: 0,
    says: [/currently locked/],
    left: "as asked",
    run: async (scene) => {
      const first = scene.stack.up();
      await untilSeen(scene, login);
      const second = await scene.stack.up();
      const one = await first;
      return joined([second, one], second.exitCode === 0 ? -2 : one.exitCode);
    },
  },
  {
    id: "two-stacks-one-host",
    of: "faults.md 45, issue 14",
    fault: "A second stack wants the same host",
    start: "mail",
    meets: "refresh",
    inject: [],
    exit: "not 0",
    says: [/belongs to the stack|owned-by-another-stack/],
    left: "as before",
    run: async (scene) => {
      const other = await otherStack(scene);
      try {
        return await other.up();
      } finally {
        other.forget();
      }
    },
  },
  {
    id: "two-stacks-at-once",
    of: "issue 14",
    fault: "The first `up` of two stacks run at once on one host",
    start: "mail",
    meets: "up",
    inject: [],
    exit: "any",
    left: "to be repaired",
    says: [/belongs to the stack|owned-by-another-stack/],
    run: async (scene) => {
      const other = await otherStack(scene);
      try {
        const runs = await Promise.all([scene.stack.up(), other.up()]);
        const wins = runs.filter(({ exitCode }) => exitCode === 0).length;
        // who was first keeps it; for the next run of the table that must be the table's own stack
        if (runs[1].exitCode === 0) await other.destroy();
        return joined(runs, wins === 1 ? 1 : -3);
      } finally {
        other.forget();
      }
    },
  },
  ended("kill-in-apt", "The engine is killed while apt works", "faults.md 47", "up", "bare", installs, ["SIGKILL"]),
  ended("kill-in-first-up", "The engine is killed at the first change", "faults.md 47", "up", "mail", changeBegun, [
    "SIGKILL",
  ]),
  ended(
    "kill-in-change",
    "The engine is killed half a second after the first change",
    "faults.md 47",
    "change",
    "mail",
    changeBegun,
    ["SIGKILL"],
    0.5,
  ),
  ended(
    "kill-in-destroy",
    "The engine is killed in a destroy",
    "faults.md 47",
    "destroy",
    "mail",
    login,
    ["SIGKILL"],
    0.8,
  ),
  ended(
    "kill-in-purge",
    "The engine is killed while a destroy purges packages",
    "faults.md 47",
    "destroy",
    "bare",
    "pgrep -f '^/usr/bin/dpkg .*--(purge|remove)'",
    ["SIGKILL"],
  ),
  ended("sigint-in-change", "Ctrl-C in a change", "faults.md 48", "change", "mail", changeBegun, ["SIGINT"]),
  ended("sigint-twice-in-change", "Ctrl-C twice in a change", "faults.md 48", "change", "mail", changeBegun, [
    "SIGINT",
    "SIGINT",
  ]),
  ended("sigterm-in-change", "SIGTERM in a change", "faults.md 48", "change", "mail", changeBegun, ["SIGTERM"]),
  ended("sigint-in-apt", "Ctrl-C while apt works", "faults.md 48", "up", "bare", installs, ["SIGINT"]),
  ended("sigint-twice-in-apt", "Ctrl-C twice while apt works", "faults.md 48", "up", "bare", installs, [
    "SIGINT",
    "SIGINT",
  ]),
  ended("sigint-in-destroy", "Ctrl-C in a destroy", "faults.md 48", "destroy", "mail", login, ["SIGINT"], 0.5),
  withState(
    "state-lost",
    "The state is lost: `up` begins with an empty one",
    "faults.md 49",
    without(/sasl:|SaslMailHost/),
  ),
  withState(
    "state-lost-in-part",
    "A part of the state is lost",
    "faults.md 49",
    without(/:(MasterService|SmtpdConf|AuthProof)$/),
  ),
  {
    ...withState(
      "state-older",
      "The state is older than the host: the backup of before the last change is restored",
      "faults.md 50",
      () => undefined,
    ),
    meets: "change",
    left: "as asked",
    run: async ({ stack }) => {
      const before = await stack.exportState();
      await stack.up();
      await stack.importState(before);
      return await stack.up();
    },
  },
  ...["SaslPackage", "StatOverride", "MasterService"].map(replaced),
  {
    ...withState("taint-package", "The SaslPackage is tainted", "H1", () => undefined),
    run: async ({ stack }) => {
      await stack.run(["state", "taint", "--yes", "--stack", stack.name, await urnOf(stack, "SaslPackage")]);
      return await stack.up();
    },
    says: [/left in place/],
  },
  {
    ...withState("target-without-proof", "`up --exclude` of the proof, with a change", "H13", () => undefined),
    meets: "change",
    left: "as asked",
    says: [/not proved/],
    run: async ({ stack }) => await stack.up("--exclude", await urnOf(stack, "AuthProof")),
  },
  {
    ...withState(
      "stack-renamed",
      "The stack is renamed, and the group membership was taken away by hand",
      "H12",
      () => undefined,
    ),
    inject: [onHost("gpasswd -d postfix sasl >/dev/null; systemctl restart postfix")],
    left: "as asked",
    run: async ({ stack }) => {
      const name = stack.name;
      await stack.rename(`${name}-r2`);
      const run = await stack.up();
      await stack.rename(name);
      return run;
    },
  },
  {
    id: "machine-id-new-up",
    of: "H7",
    fault: "The host gets a new /etc/machine-id, and `up` and `destroy` follow",
    start: "mail",
    meets: "refresh",
    inject: [onHost("tr -d - < /proc/sys/kernel/random/uuid > /etc/machine-id")],
    exit: "any",
    left: "as before",
    run: ({ stack }) => stack.up(),
  },
  {
    id: "machine-id-new-destroy",
    of: "H7",
    fault: "The host gets a new /etc/machine-id, and a destroy follows",
    start: "mail",
    meets: "destroy",
    inject: [onHost("tr -d - < /proc/sys/kernel/random/uuid > /etc/machine-id")],
    exit: 0,
    left: "as asked",
  },
  {
    id: "machine-id-empty",
    of: "H7",
    fault: "/etc/machine-id is empty",
    start: "mail",
    meets: "preview",
    inject: [onHost("cp -a /etc/machine-id /run/id; : > /etc/machine-id", "cat /run/id > /etc/machine-id")],
    exit: "not 0",
    says: [/machine-id-unreadable/],
    left: "as before",
  },
  elsewhere(
    "empty-host-preview",
    "An empty host answers at the address of the old one, in a preview",
    "issue 14",
    "preview",
    { exit: 0, says: [/another machine|machine/] },
  ),
  elsewhere(
    "empty-host-destroy",
    "An empty host answers at the address of the old one, at a destroy",
    "issue 14, faults.md 52",
    "destroy",
    { exit: "not 0", says: [/another-machine/] },
  ),
  {
    id: "destroy-host-gone",
    of: "faults.md 52",
    fault: "The host is gone at a destroy",
    start: "mail",
    meets: "destroy",
    inject: [connecting("an address where nobody listens", async () => ({ port: 2222, ...quick }))],
    exit: "not 0",
    says: [/host-unreachable/],
    left: "to be repaired",
  },
  {
    id: "host-restored-from-backup",
    of: "issue 14",
    fault: "The host is restored from a backup that is older than our first up",
    start: "mail",
    meets: "up",
    inject: [],
    exit: 0,
    left: "as asked",
    within: 240,
    run: async ({ stack, host }) => {
      const first = await stack.up();
      if (first.exitCode !== 0) return first;
      await resetHost(host, "mail");
      return await stack.up();
    },
  },
  {
    id: "host-restored-then-destroy",
    of: "issue 14",
    fault: "The same, and a destroy follows",
    start: "mail",
    meets: "up",
    inject: [],
    exit: 0,
    left: "as before",
    within: 240,
    next: [],
    run: async ({ stack, host }) => {
      const first = await stack.up();
      if (first.exitCode !== 0) return first;
      await resetHost(host, "mail");
      return await stack.destroy();
    },
  },
  {
    id: "host-restored-to-before-change",
    of: "issue 14",
    fault: "The host is restored from a backup of before the last change",
    start: "mail",
    meets: "change",
    inject: [],
    exit: 0,
    left: "as asked",
    within: 240,
    run: async ({ stack, host }) => {
      await stack.up();
      await resetHost(host, "mail-proved");
      return await stack.up();
    },
  },
  {
    id: "record-damaged",
    of: "H16",
    fault: "A record of what was there before is cut",
    start: "mail",
    meets: "preview",
    inject: [
      onHost(
        "file=$(ls /var/lib/sasl-mail-host/memory/SmtpdConf-*.json | head -1); cp -a $file /run/record; truncate -s 40 $file; echo $file > /run/record-name",
        "cat /run/record > $(cat /run/record-name)",
      ),
    ],
    exit: "not 0",
    says: [/record-damaged/, /mv \/var\/lib\/sasl-mail-host\/memory/],
    left: "as before",
  },
  {
    id: "undo-has-nothing-to-undo",
    of: "H14",
    fault: "The group and the override that we made were taken away by hand before a destroy",
    start: "mail",
    meets: "destroy",
    inject: [
      onHost(
        "gpasswd -d postfix sasl >/dev/null; dpkg-statoverride --remove /var/spool/postfix/var/run/saslauthd; rm -f /etc/postfix/sasl/smtpd.conf; postconf -MX smtps/inet",
      ),
    ],
    exit: 0,
    left: "as asked",
  },
];
