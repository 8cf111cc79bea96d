// One row on one host: the fault, the operation, what the user saw, what is left on the host, and
// whether the next run ends it well.
import { inside } from "../../lab/hosts/index.ts";
import { mailUser, shell, snapshot } from "../support/host.ts";
import { smtplib } from "../support/mail-client.ts";
import type { EngineRun } from "../support/stack.ts";
import type { Fault, Lift, Outcome, Scene } from "./fault.ts";
import { type Beginning, change, type Prepared } from "./prepared.ts";
import { quoted } from "./quoted.ts";

export async function carryOut(fault: Fault, prepared: Prepared): Promise<Outcome> {
  const { host, stack } = prepared;
  const beginning = await prepared.goTo(fault);
  const configure = (connection?: Readonly<Record<string, unknown>>) =>
    prepared.configure({ ...(fault.meets === "change" ? change : {}), ...fault.configure }, connection);
  configure();
  for (const [key, value] of Object.entries(fault.secrets ?? {})) await stack.configureSecret(key, value);
  const ended = new AbortController();
  const scene: Scene = { host, stack, shell: (text) => shell(host, text), connect: configure, over: ended.signal };
  const lifts: (Lift | "missed" | undefined)[] = [];
  for (const { when, start } of fault.inject) if (when === "before") lifts.push(await start(scene));
  const began = performance.now();
  const during = fault.inject.filter(({ when }) => when === "during").map(({ start }) => start(scene));
  const run = await (fault.run?.(scene) ?? operation(fault, prepared));
  const seconds = (performance.now() - began) / 1000;
  ended.abort();
  lifts.push(...(await Promise.all(during)));
  const missed = lifts.includes("missed") ? ["the operation was over before the fault came"] : [];
  const wrong = [...missed, ...judged(fault, run, seconds), ...(await shown(fault, scene))];
  for (const lift of lifts.reverse()) if (typeof lift === "function") await lift();
  prepared.configure(fault.meets === "change" ? change : {});
  await restoreSecrets(fault, prepared);
  const left = await compared(fault, prepared, beginning, wrong);
  await afterwards(fault, prepared, beginning, run.exitCode, wrong);
  if (isElsewhere(fault) && fault.leaves === undefined && run.exitCode !== 0 && wrong.length === 0)
    prepared.untouched(fault);
  return {
    id: fault.id,
    debian: host.debian,
    exitCode: run.exitCode,
    seen: quoted(run, fault.says ?? [], host),
    seconds: Math.round(seconds * 10) / 10,
    left,
    wrong,
    date: new Date().toISOString().slice(0, 10),
  };
}

/** As `npm run pulumi` runs them. */
function operation({ meets }: Fault, { stack }: Prepared): Promise<EngineRun> {
  if (meets === "preview") return stack.preview("--refresh", "--diff");
  if (meets === "refresh") return stack.refresh();
  return meets === "destroy" ? stack.destroy("--refresh=false") : stack.up();
}

function judged({ exit, says = [], within = 120 }: Fault, { exitCode, output }: EngineRun, seconds: number): string[] {
  const failed = exitCode !== 0;
  const expected = exit === "any" || (exit === 0) === !failed;
  return [
    ...(expected ? [] : [`exit status ${exitCode}`]),
    ...says
      .filter((words) => (failed || exit === 0) && !words.test(output))
      .map((words) => `does not say ${words.source}`),
    ...(seconds > within ? [`took ${Math.round(seconds)} s, longer than ${within} s`] : []),
    ...(/node:internal|^ +at .+:\d+:\d+\)?$|unhandled/im.test(output) ? ["shows a stack trace"] : []),
    ...(output.includes(mailUser.password) ? ["shows the password"] : []),
  ];
}

async function shown({ shows }: Fault, { host }: Scene): Promise<string[]> {
  if (shows === undefined) return [];
  const { stdout, stderr } = await inside(host, ["sh", "-c", shows.look]);
  return shows.is.test(stdout + stderr)
    ? []
    : [`the host shows ${JSON.stringify((stdout + stderr).trim().slice(-200))}`];
}

/** What is on the host now, in words; what should not be goes into `wrong`. */
async function compared(fault: Fault, { host }: Prepared, beginning: Beginning, wrong: string[]): Promise<string> {
  const { firstDay, proved, changed } = beginning;
  const before = fault.meets === "up" ? firstDay : proved;
  const asked = { up: proved, change: changed, preview: proved, refresh: proved, destroy: firstDay }[fault.meets];
  const rows = await snapshot(host);
  const fromBefore = differences(rows, before, fault.leaves);
  const fromAsked = differences(rows, asked, fault.leaves);
  if (fault.left === "as before" && fromBefore.length > 0) wrong.push(`not as before: ${some(fromBefore)}`);
  if (fault.left === "as asked" && fromAsked.length > 0) wrong.push(`not as asked: ${some(fromAsked)}`);
  if (fault.left === "either" && fromBefore.length > 0 && fromAsked.length > 0)
    wrong.push(`neither as before nor as asked: ${some(fromAsked)}`);
  if (fromBefore.length === 0) return "the host as it was before";
  if (fromAsked.length === 0) return "the host as it should become";
  return `${fromBefore.length} differences from before: ${some(fromBefore)}`;
}

/** The next runs, which nothing disturbs. */
async function afterwards(
  fault: Fault,
  prepared: Prepared,
  { firstDay, proved, changed }: Beginning,
  exitCode: number,
  wrong: string[],
): Promise<void> {
  const { host, stack } = prepared;
  for (const next of fault.next ?? nextOf(fault, exitCode)) {
    if (fault.left === "to be repaired") await stack.run(["cancel", "--yes", "--stack", stack.name]);
    const run = await (next === "up" ? stack.up() : stack.destroy("--refresh=false"));
    if (run.exitCode !== 0) {
      wrong.push(`the next ${next} fails: ${quoted(run, [], host).join(" / ")}`);
      return;
    }
    const expected = next === "destroy" ? firstDay : fault.meets === "change" ? changed : proved;
    const different = differences(await snapshot(host), expected, fault.leaves);
    if (different.length > 0) wrong.push(`after the next ${next}: ${some(different)}`);
    if (next === "up") {
      const { name: user, password } = mailUser;
      const { code } = await smtplib({ host: host.address, port: 465, user, password });
      if (code !== 235) wrong.push(`after the next up a login is answered with ${code}`);
    }
  }
}

/** Neither the fault nor, where it was refused, the operation has touched the host. */
function isElsewhere({ inject, run, left }: Fault): boolean {
  return run === undefined && left === "as before" && inject.every(({ elsewhere }) => elsewhere);
}

/** What shows that all is well: after a host as before `up`, after one as asked `destroy`, else both. */
function nextOf(fault: Fault, exitCode: number): readonly ("up" | "destroy")[] {
  const { meets, left } = fault;
  if (isElsewhere(fault) && exitCode !== 0 && left === "as before") return [];
  if (meets === "destroy") return exitCode === 0 ? [] : ["destroy"];
  if (left === "as before") return ["up"];
  return left === "as asked" ? ["destroy"] : ["up", "destroy"];
}

async function restoreSecrets({ secrets = {} }: Fault, { stack }: Prepared): Promise<void> {
  for (const key of Object.keys(secrets)) {
    if (key === "proofPassword") await stack.configureSecret(key, mailUser.password);
    else await stack.unset(key);
  }
}

/** Rows of either list only. */
function differences(rows: readonly string[], expected: readonly string[], leaves?: RegExp): string[] {
  const lasting = (row: string) => !fleeting.test(row) && !leaves?.test(row);
  const [is, should] = [rows.filter(lasting), expected.filter(lasting)].map((each) => new Set(each));
  if (is === undefined || should === undefined) return [];
  return [
    ...[...is].filter((row) => !should.has(row)).map((row) => `+ ${row}`),
    ...[...should].filter((row) => !is.has(row)).map((row) => `- ${row}`),
  ];
}

/** Databases with the time in them, keys and hashes of each run's own, what the host remembers of us. */
const fleeting =
  /\/etc\/(shadow|ssl|sasldb2|aliases\.db)|ssl-cert|\/var\/lib\/sasl-mail-host\/|machine-id|\/var\/tmp|systemd-tmpfiles/;

function some(rows: readonly string[]): string {
  const short = rows.slice(0, 4).map((row) => row.replace(/[0-9a-f]{64}/, "…"));
  return short.join("; ") + (rows.length > 4 ? `; and ${rows.length - 4} more` : "");
}
