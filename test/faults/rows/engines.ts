// Faults of the engine: two runs at once, and runs that are killed or interrupted.
import { setTimeout as sleep } from "node:timers/promises";
import { mailUser } from "../../support/host.ts";
import { type EngineRun, Stack } from "../../support/stack.ts";
import type { Fault, Scene } from "../fault.ts";
import { untilSeen } from "../injections.ts";
import { changeBegun, installs, login } from "../moments.ts";

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
    const over = engine.ended.then(() => false);
    if (!(await Promise.race([untilSeen(scene, seen), over]))) throw new Error("it was over before the signal came");
    await sleep(after * 1000);
    const began = performance.now();
    for (const signal of signals) {
      engine.kill(signal);
      await sleep(300);
    }
    await engine.ended;
    const took = ((performance.now() - began) / 1000).toFixed(1);
    return { exitCode: 1, output: `the engine got ${signals.join(", ")} and ended after ${took} s` };
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

export const ofEngines: readonly Fault[] = [
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
    exit: "not 0",
    left: "to be repaired",
    says: [/belongs to the stack|owned-by-another-stack/],
    run: async (scene) => {
      const other = await otherStack(scene);
      try {
        const runs = await Promise.all([scene.stack.up(), other.up()]);
        const wins = runs.filter(({ exitCode }) => exitCode === 0).length;
        // who was first keeps it; for the next run of the table that must be the table's own stack
        if (runs[1].exitCode === 0) await other.destroy();
        return joined(runs, wins === 1 ? 1 : 0);
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
];
