// The evidence that the configured saslauthd let the real login in: its daemons ran meanwhile, and
// their log has no refusal of this user.
import { setTimeout as sleep } from "node:timers/promises";
import type { RunningProcess } from "../facts/process.ts";
import { refusalOf, servingOn, wokeUp } from "../facts/saslauthd-trace.ts";
import type { Proof } from "../steps/smtp-dialogue.ts";
import { type DialogueRun, runDialogue } from "./dialogue.ts";
import type { Host } from "./host.ts";
import { DemandNotMet, failureOf, logRowsSince } from "./proof-failure.ts";
import { type Moment, moment } from "./saslauthd-moment.ts";

/**
 * How often the login is made while the log has a refusal each time. A client with an old password
 * of the same user leaves such a row, too, but hardly during each of them.
 */
const logins = 3;

/**
 * The pause, in milliseconds, after which the log of the next login has no row of the one before: a
 * log file has whole seconds.
 */
const pause = 1100;

export async function proveLogin(host: Host, dialogue: DialogueRun): Promise<Proof> {
  const { login, socketDirectory } = dialogue;
  if (login === undefined || socketDirectory === undefined) return await runDialogue(host, dialogue);
  for (let made = 1; ; made += 1) {
    const before = await moment(host);
    const startedAt = performance.now();
    const proof = await runDialogue(host, dialogue);
    const [after, rows] = await Promise.all([moment(host), logRowsSince(host, startedAt)]);
    const refuse = async (found: string): Promise<never> => {
      const error = new DemandNotMet("not-by-saslauthd", `the login was answered with "${proof.reply}", ${found}`);
      throw await failureOf(host, dialogue, { error, transcript: proof.transcript, startedAt });
    };
    const serving = servingOn(socketDirectory, after.processes);
    if (!wokeUp(serving, before.awake, after.awake))
      await refuse(
        `and the saslauthd behind ${socketDirectory}/mux slept on${othersThan(socketDirectory, before, after)}: somebody else has answered`,
      );
    const refusal = refusalOf(login.username, rows);
    if (refusal === undefined || !serving.some(({ pid }) => pid === refusal.pid)) return proof;
    if (made === logins)
      await refuse(
        `although saslauthd has refused it each time (${logins} logins, "${refusal.text}"): somebody else was asked, too`,
      );
    await sleep(pause);
  }
}

/** Daemons on another socket that were active meanwhile. */
function othersThan(socketDirectory: string, before: Moment, after: Moment): string {
  const own = new Set(servingOn(socketDirectory, after.processes).map(({ pid }) => pid));
  const [other] = after.processes.filter(({ pid }) => !own.has(pid)).filter((process) => awoke(process, before, after));
  return other === undefined ? "" : `, while process ${other.pid} (${other.argv.join(" ")}) did not`;
}

function awoke(process: RunningProcess, before: Moment, after: Moment): boolean {
  return wokeUp([process], before.awake, after.awake);
}
