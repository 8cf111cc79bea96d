// The host's own clock, which decides whether a certificate on the host has expired.
import { sh } from "../core/shell.ts";
import { type Fact, unreadable } from "./fact.ts";

const name = "the time of the host (date)";

export const clock: Fact<Date> = {
  name,
  question: sh`date +%s`,
  parse: (answer) => {
    const seconds = /^(\d+)\n?$/.exec(answer.stdout.toString("utf8"))?.[1];
    if (answer.code !== 0 || seconds === undefined) throw unreadable(name, answer);
    return new Date(Number(seconds) * 1000);
  },
};

const millisecondsOfDay = 24 * 60 * 60 * 1000;

/** Whole days from `now` until `then`; negative when it has passed. */
export function daysUntil(then: Date, now: Date): number {
  return Math.floor((then.getTime() - now.getTime()) / millisecondsOfDay);
}

/** "2026-12-24", in UTC. */
export function dayOf(moment: Date): string {
  return moment.toISOString().slice(0, 10);
}
