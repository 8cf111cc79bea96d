// Applies steps to a host. What a step means is decided here and in change.ts, and nowhere else; why it is taken stands in the step.
import type { Fact } from "../facts/fact.ts";
import type { Host, Log } from "../host/host.ts";
import { patience } from "../host/patience.ts";
import { withLines } from "../steps/changed-lines.ts";
import { Failure } from "../steps/failure.ts";
import type { Proof, Prove, RunTemporarily, Step, WaitFor } from "../steps/step.ts";
import { type Change, change } from "./change.ts";

/** How steps are applied. */
export interface ApplyOptions {
  /** Told about each step: before it where it may take long, else when it is done. */
  readonly log: Log;
  /** Told about each change that was made. */
  readonly done: Log;
  /** Takes what undoes each step into the journal first, in the same turn. */
  readonly journalled: boolean;
  /** What the look after the last step will ask: it travels with that step. */
  readonly next?: readonly Fact<unknown>[];
}

/** Changes that follow each other are one turn, and dialogues one proof; everything else is a part of its own. */
type Part = Change[] | Prove[] | WaitFor | RunTemporarily;

/** Applies steps in their order, stops at the first that fails, and gives the proofs that were made on the way. */
export async function apply(host: Host, steps: readonly Step[], options: ApplyOptions): Promise<readonly Proof[]> {
  const proofs: Proof[] = [];
  const parts = together(steps);
  for (const [index, part] of parts.entries()) {
    const next = questionsBehind(parts.slice(index + 1), options.next);
    if (isProof(part)) proofs.push(...(await proveLive(host, part, options.log)));
    else if (Array.isArray(part)) await changeAll(host, part, { ...options, next });
    else proofs.push(...(await applyOne(host, part, { ...options, next })));
  }
  return proofs;
}

/** One that may take long goes alone, so that it can be told of before it begins. */
function together(steps: readonly Step[]): Part[] {
  const parts: Part[] = [];
  for (const step of steps) {
    const last = parts.at(-1);
    if (step.do === "wait" || step.do === "temporarily") parts.push(step);
    else if (step.do === "prove") {
      if (last !== undefined && isProof(last)) last.push(step);
      else parts.push([step]);
    } else if (Array.isArray(last) && !isProof(last) && !isLong(step) && !last.some(isLong)) last.push(step);
    else parts.push([step]);
  }
  return parts;
}

function isProof(part: Part): part is Prove[] {
  return Array.isArray(part) && part[0]?.do === "prove";
}

/** What is asked next: by a wait that follows, and by the look at the end where nothing else comes before it. */
function questionsBehind([part, ...rest]: readonly Part[], next: ApplyOptions["next"] = []): readonly Fact<unknown>[] {
  if (part === undefined) return next;
  return Array.isArray(part) || part.do !== "wait" ? [] : [part.until, ...questionsBehind(rest, next)];
}

function isLong(step: Change): boolean {
  return step.do === "run" && step.timeoutSeconds !== undefined;
}

async function changeAll(host: Host, changes: readonly Change[], options: ApplyOptions): Promise<void> {
  const { log, done, journalled, next = [] } = options;
  for (const { reason } of changes.filter(isLong)) log(reason);
  await change(host, changes, { journalled, next }, (made) => {
    if (made.quiet) return;
    if (!isLong(made)) log(withLines(made));
    done(made.reason);
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
 * A dialogue with a daemon does not go through our shell: what is known from before it may have changed. The SMTP client is loaded for
 * a proof only; most runs make none.
 */
async function proveLive(host: Host, steps: readonly Prove[], log: Log): Promise<readonly Proof[]> {
  const { proveAll } = await import("../host/prove.ts");
  const reasons = new Map(steps.map(({ dialogue, reason }) => [dialogue, reason]));
  const proofs = await proveAll(host, [...reasons.keys()], (dialogue) => log(reasons.get(dialogue) ?? ""), log);
  (await host.shell()).forget();
  return proofs;
}

async function waitFor(host: Host, step: WaitFor, log: Log): Promise<void> {
  const questions: { holds: Fact<boolean> } = { holds: step.until };
  const deadline = Date.now() + step.timeoutSeconds * 1000;
  const waited = patience(`wait for ${step.what}`, log);
  // mostly asked together with the change that it waits for
  let { holds } = await host.look(questions);
  for (let pause = 20; !holds; pause = Math.min(2 * pause, 250)) {
    // the host goes on by itself: what was seen before the wait does not hold after it
    (await host.shell()).forget();
    if (Date.now() > deadline) {
      const words = step.why === undefined ? [] : (await host.ask({ why: step.why })).why;
      throw new Failure({
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

async function runTemporarily(
  host: Host,
  { steps, afterwards }: RunTemporarily,
  options: ApplyOptions,
): Promise<readonly Proof[]> {
  let proofs: readonly Proof[];
  try {
    proofs = await apply(host, steps, { ...options, next: [] });
  } catch (error) {
    // what went wrong first is what the operator must hear
    await apply(host, afterwards, options).catch((second: Error) =>
      options.log(`could not be given back: ${second.message}`),
    );
    throw error;
  }
  await apply(host, afterwards, options);
  return proofs;
}
