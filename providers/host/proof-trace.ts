// Determines who refused a made-up login. saslauthd's own log reports it. Where no such log can be
// read, its daemons do: they must have been idle before the login and active during it.
import { setTimeout as sleep } from "node:timers/promises";
import { logKnowsSaslauthd } from "../facts/host-log.ts";
import { refusalOf, servingOn, wokeUp } from "../facts/saslauthd-trace.ts";
import type { Proof } from "../steps/step.ts";
import { type Speech, speak } from "./dialogue.ts";
import type { Host } from "./host.ts";
import { failureOf, Refused, rowsSince } from "./proof-failure.ts";
import { type Moment, moment } from "./saslauthd-moment.ts";

type MadeUp = Speech & { readonly bogus: NonNullable<Speech["bogus"]> };

/** Milliseconds to wait for the last log lines, which may be delayed. */
const patience = 3000;

/**
 * How long the daemons must be idle before the login that should activate them, and how often to
 * wait for that.
 */
const quiet = { milliseconds: 300, tries: 3 };

/**
 * The evidence that the daemon behind the socket has answered; `undefined` where none was asked
 * for.
 */
export async function provedByLog(
  host: Host,
  speech: MadeUp,
  { reply, transcript }: Proof,
  since: number,
): Promise<string | undefined> {
  const { answeredBy, bogus } = speech;
  if (answeredBy === undefined) return undefined;
  const refuse = async (code: Refused["code"], found: string) => {
    throw await failureOf(host, speech, { error: new Refused(code, found), transcript, since });
  };
  const row = await rowOf(host, bogus.username, since);
  const { processes } = await moment(host);
  const serving = servingOn(answeredBy, processes);
  if (row !== undefined) {
    const other = processes.find(({ pid }) => pid === row.pid && !serving.some((own) => own.pid === pid));
    if (other !== undefined)
      await refuse(
        "other-saslauthd",
        `the login was answered by another saslauthd than the one behind ${answeredBy}/mux: process ${other.pid} (${other.argv.join(" ")})`,
      );
    return `saslauthd[${row.pid}] behind ${answeredBy}/mux: "${row.text.replace(/^: /, "")}"`;
  }
  const { known } = await host.ask({ known: logKnowsSaslauthd });
  if (known)
    await refuse(
      "not-by-saslauthd",
      `a login as ${bogus.username} was answered with "${reply}", and saslauthd has no word of it in its log: somebody else has answered`,
    );
  return await provedByActivity(host, speech, refuse);
}

async function rowOf(host: Host, user: string, since: number) {
  for (let pause = 50; ; pause *= 2) {
    const row = refusalOf(user, await rowsSince(host, since));
    if (row !== undefined || pause > patience) return row;
    await sleep(pause);
  }
}

async function provedByActivity(
  host: Host,
  speech: MadeUp,
  refuse: (code: Refused["code"], found: string) => Promise<void>,
): Promise<string> {
  const { answeredBy = "" } = speech;
  const awake = (before: Moment, after: Moment) =>
    wokeUp(servingOn(answeredBy, after.processes), before.awake, after.awake);
  for (let attempt = 1; attempt <= quiet.tries; attempt += 1) {
    const start = await moment(host);
    await sleep(quiet.milliseconds);
    const before = await moment(host);
    await speak(host, speech);
    const after = await moment(host);
    if (!awake(before, after))
      await refuse(
        "not-by-saslauthd",
        `the saslauthd behind ${answeredBy}/mux slept on through a login: somebody else has answered`,
      );
    if (!awake(start, before))
      return `the saslauthd behind ${answeredBy}/mux slept, and woke up for the login; its log could not be read`;
  }
  await refuse(
    "saslauthd-not-proved",
    "saslauthd is busy and its log cannot be read: nothing shows that it was this login",
  );
  return "";
}
