// Applies steps to a host. Only this file and change.ts decide how a step is applied; the step
// itself holds the reason for it.

import { Failure } from "../core/failure.ts";
import type { Fact } from "../facts/fact.ts";
import type { Host, Log } from "../host/host.ts";
import { waitLog } from "../host/wait-log.ts";
import { withLines } from "../steps/changed-lines.ts";
import type { Proof } from "../steps/smtp-dialogue.ts";
import type { Prove, RunTemporarily, Step, WaitFor } from "../steps/step.ts";
import { type Change, change } from "./change.ts";
import type { Origin } from "./host-log.ts";

/** Options for applying steps. */
export interface ApplyOptions {
  /** Logs each step: before it where it may take long, else when it is done. */
  readonly log: Log;
  /** Receives each change that was made. */
  readonly done: Log;
  /** Journals what undoes each step before the step, in the same round trip. */
  readonly journalled: boolean;
  /** The questions of the read after the last step, which are sent together with that step. */
  readonly next?: readonly Fact<unknown>[];
  /** For the log of the host. */
  readonly origin?: Origin;
}

/**
 * Consecutive changes are one request and consecutive dialogues one proof. Every other step is a
 * group of its own.
 */
type Group = Change[] | Prove[] | WaitFor | RunTemporarily;

/**
 * Applies steps in their order and stops at the first that fails. Returns the proofs made on the
 * way.
 */
export async function apply(host: Host, steps: readonly Step[], options: ApplyOptions): Promise<readonly Proof[]> {
  const proofs: Proof[] = [];
  const groups = grouped(steps);
  for (const [index, group] of groups.entries()) {
    const next = questionsSentWith(groups.slice(index + 1), options.next);
    if (isProof(group)) proofs.push(...(await proveAgainstDaemon(host, group, options.log)));
    else if (Array.isArray(group)) await changeAll(host, group, { ...options, next });
    else proofs.push(...(await applyOne(host, group, { ...options, next })));
  }
  return proofs;
}

/** A step that may take long is a group of its own, so that it can be logged before it begins. */
function grouped(steps: readonly Step[]): Group[] {
  const groups: Group[] = [];
  for (const step of steps) {
    const last = groups.at(-1);
    if (step.do === "wait" || step.do === "temporarily") groups.push(step);
    else if (step.do === "prove") {
      if (last !== undefined && isProof(last)) last.push(step);
      else groups.push([step]);
    } else if (Array.isArray(last) && !isProof(last) && !isLong(step) && !last.some(isLong)) last.push(step);
    else groups.push([step]);
  }
  return groups;
}

function isProof(group: Group): group is Prove[] {
  return Array.isArray(group) && group[0]?.do === "prove";
}

/**
 * The questions to send after a group: those of a wait that follows, or those of the final read
 * where no other group comes before it.
 */
function questionsSentWith(
  [group, ...rest]: readonly Group[],
  next: ApplyOptions["next"] = [],
): readonly Fact<unknown>[] {
  if (group === undefined) return next;
  return Array.isArray(group) || group.do !== "wait" ? [] : [group.until, ...questionsSentWith(rest, next)];
}

function isLong(step: Change): boolean {
  return step.do === "run" && step.timeoutSeconds !== undefined;
}

async function changeAll(host: Host, changes: readonly Change[], options: ApplyOptions): Promise<void> {
  const { log, done, journalled, next = [], origin } = options;
  for (const { reason } of changes.filter(isLong)) log(reason);
  await change(host, changes, { journalled, next, origin }, (made, failed) => {
    if (made.quiet) return;
    if (!isLong(made)) log(withLines(made));
    done(failed ? `${made.reason} (it failed, perhaps half-way)` : made.reason);
  });
}

async function applyOne(host: Host, step: WaitFor | RunTemporarily, options: ApplyOptions): Promise<readonly Proof[]> {
  if (step.do === "wait") {
    await waitFor(host, step, options.log);
    return [];
  }
  options.log(step.reason);
  return await runTemporarily(host, step, options);
}

/**
 * A dialogue with a daemon does not go through the root shell, so cached answers may be outdated
 * afterwards. The SMTP client is loaded for a proof only, since most runs make none.
 */
async function proveAgainstDaemon(host: Host, steps: readonly Prove[], log: Log): Promise<readonly Proof[]> {
  const { proveAll } = await import("../host/prove.ts");
  const reasons = new Map(steps.map(({ dialogue, reason }) => [dialogue, reason]));
  const proofs = await proveAll(host, [...reasons.keys()], (dialogue) => log(reasons.get(dialogue) ?? ""), log);
  (await host.shell()).forget();
  return proofs;
}

async function waitFor(host: Host, step: WaitFor, log: Log): Promise<void> {
  const questions: { holds: Fact<boolean> } = { holds: step.until };
  const deadline = Date.now() + step.timeoutSeconds * 1000;
  const waited = waitLog(`wait for ${step.what}`, log);
  // These questions were mostly sent with the change that this step waits for.
  let { holds } = await host.read(questions);
  for (let pause = 20; !holds; pause = Math.min(2 * pause, 250)) {
    // The host changes during the wait, so answers from before are not valid after it.
    (await host.shell()).forget();
    if (Date.now() > deadline) {
      const words = step.why === undefined ? [] : (await host.ask({ why: step.why })).why;
      throw new Failure({
        code: step.code ?? "wait-timed-out",
        tried: `wait for ${step.what}`,
        found: [`not so after ${step.timeoutSeconds} s`, ...words].join("\n    "),
        next: step.next,
      });
    }
    waited(`at the most ${step.timeoutSeconds} s`);
    await new Promise((resolve) => setTimeout(resolve, pause));
    ({ holds } = await host.ask(questions));
  }
}

/**
 * The endings put back what the steps have journalled. They are not journalled themselves: where
 * the journal cannot be written any more, they have to be done all the same.
 */
async function runTemporarily(
  host: Host,
  { steps, ifFailed = [], afterwards, reason }: RunTemporarily,
  options: ApplyOptions,
): Promise<readonly Proof[]> {
  const ending = { ...options, journalled: false };
  let proofs: readonly Proof[];
  try {
    proofs = await apply(host, steps, { ...options, next: [] });
  } catch (error) {
    // The first error is the one to report to the operator.
    for (const endSteps of [ifFailed, afterwards])
      await apply(host, endSteps, { ...ending, next: [] }).catch((second: Error) =>
        options.log(`after this failed, its end failed, too ("${reason}"): ${second.message}`),
      );
    throw error;
  }
  await apply(host, afterwards, ending);
  return proofs;
}
