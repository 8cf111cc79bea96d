// Determines who refused an invented login. saslauthd's own log reports it. Where no such log can be
// read, or the process that wrote it has ended, its daemons do: they must have been idle before the
// login and active during it.
import { setTimeout as sleep } from "node:timers/promises";
import { logKnowsSaslauthd } from "../facts/host-log.ts";
import { refusalOf, servingOn, wokeUp } from "../facts/saslauthd-trace.ts";
import type { Proof } from "../steps/smtp-dialogue.ts";
import { type DialogueRun, runDialogue } from "./dialogue.ts";
import type { Host } from "./host.ts";
import { DemandNotMet, failureOf, logRowsSince } from "./proof-failure.ts";
import { type Moment, moment } from "./saslauthd-moment.ts";

type InventedDialogue = DialogueRun & { readonly inventedLogin: NonNullable<DialogueRun["inventedLogin"]> };

/** The longest pause, in milliseconds, before the log is read once more: its last lines may be late. */
const longestPause = 3000;

/**
 * How long the daemons must be idle before the login that should activate them, and how often to
 * wait for that.
 */
const quiet = { milliseconds: 300, tries: 3 };

/** Runs work one after the other. */
export type InTurn = <Result>(work: () => Promise<Result>) => Promise<Result>;

/**
 * The evidence that the daemon behind the socket has answered; `undefined` where none was asked
 * for. `startedAt` is `performance.now()` of this process when the dialogue began. Throws the
 * failure of the proof where another has answered.
 */
export async function evidenceOf(
  host: Host,
  dialogue: InventedDialogue,
  { reply, transcript }: Proof,
  startedAt: number,
  inTurn: InTurn,
): Promise<string | undefined> {
  const { socketDirectory, inventedLogin } = dialogue;
  if (socketDirectory === undefined) return undefined;
  const refuse = async (code: DemandNotMet["code"], found: string): Promise<never> => {
    throw await failureOf(host, dialogue, { error: new DemandNotMet(code, found), transcript, startedAt });
  };
  // Activity does not tell which login caused it.
  const byActivity = (why: string) => inTurn(() => provedByActivity(host, dialogue, refuse, why));
  const row = await rowOf(host, inventedLogin.username, startedAt);
  if (row === undefined) {
    const { known } = await host.ask({ known: logKnowsSaslauthd });
    if (known)
      await refuse(
        "not-by-saslauthd",
        `a login as ${inventedLogin.username} was answered with "${reply}", and saslauthd has no word of it in its log: somebody else has answered`,
      );
    return await byActivity("its log could not be read");
  }
  const { processes } = await moment(host);
  const writer = processes.find(({ pid }) => pid === row.pid);
  // With -n 0 each login has a process of its own, which ends with it (saslauthd(8)): the row may be
  // that of any saslauthd.
  if (writer === undefined) return await byActivity(`saslauthd[${row.pid}], which logged the refusal, has ended`);
  if (servingOn(socketDirectory, [writer]).length === 0)
    await refuse(
      "other-saslauthd",
      `the login was answered by another saslauthd than the one behind ${socketDirectory}/mux: process ${writer.pid} (${writer.argv.join(" ")})`,
    );
  return `saslauthd[${row.pid}] behind ${socketDirectory}/mux: "${row.text.replace(/^: /, "")}"`;
}

async function rowOf(host: Host, user: string, startedAt: number) {
  for (let pause = 50; ; pause *= 2) {
    const row = refusalOf(user, await logRowsSince(host, startedAt));
    if (row !== undefined || pause > longestPause) return row;
    await sleep(pause);
  }
}

/** `why` = the reason why the log is no evidence. */
async function provedByActivity(
  host: Host,
  dialogue: InventedDialogue,
  refuse: (code: DemandNotMet["code"], found: string) => Promise<never>,
  why: string,
): Promise<string> {
  const { socketDirectory = "" } = dialogue;
  const awake = (before: Moment, after: Moment) =>
    wokeUp(servingOn(socketDirectory, after.processes), before.awake, after.awake);
  for (let attempt = 1; attempt <= quiet.tries; attempt += 1) {
    const start = await moment(host);
    await sleep(quiet.milliseconds);
    const before = await moment(host);
    await runDialogue(host, dialogue);
    const after = await moment(host);
    if (!awake(before, after))
      await refuse(
        "not-by-saslauthd",
        `the saslauthd behind ${socketDirectory}/mux slept on through a login: somebody else has answered`,
      );
    if (!awake(start, before))
      return `the saslauthd behind ${socketDirectory}/mux slept, and woke up for the login; ${why}`;
  }
  return await refuse("saslauthd-not-proved", `saslauthd is busy, and ${why}: nothing shows that it was this login`);
}
