// Carries out steps on a host. What a step means is decided here and in change.ts, and nowhere else; why it is taken stands in the step.
import type { Fact } from "../facts/fact.ts";
import { changedLines } from "../steps/changed-lines.ts";
import { Failure } from "../steps/failure.ts";
import type { Borrow, Proof, Step, WaitFor } from "../steps/step.ts";
import { type Change, change } from "./change.ts";
import type { Host, Log } from "./host.ts";
import { patience } from "./patience.ts";
import { prove } from "./prove.ts";

/** How steps are carried out. */
export interface Manner {
  /** Told about each step: before it where it may take long, else when it is done. */
  readonly log: Log;
  /** Told about each change that was made. */
  readonly done: Log;
  /** Takes what undoes each step into the journal first, in the same turn. */
  readonly journalled: boolean;
}

/** Carries out steps in their order, stops at the first that fails, and gives the proofs that were made on the way. */
export async function carryOut(host: Host, steps: readonly Step[], manner: Manner): Promise<readonly Proof[]> {
  const proofs: Proof[] = [];
  for (const part of together(steps)) {
    if (Array.isArray(part)) await changeAll(host, part, manner);
    else proofs.push(...(await carryOutOne(host, part as Exclude<Step, Change>, manner)));
  }
  return proofs;
}

/** Changes that follow each other are one turn. One that may take long goes alone, so that it can be told of before it begins. */
function together(steps: readonly Step[]): (Change[] | Exclude<Step, Change>)[] {
  const parts: (Change[] | Exclude<Step, Change>)[] = [];
  for (const step of steps) {
    const last = parts.at(-1);
    if (step.do === "wait" || step.do === "prove" || step.do === "borrow") parts.push(step);
    else if (Array.isArray(last) && !isLong(step) && !last.some(isLong)) last.push(step);
    else parts.push([step]);
  }
  return parts;
}

function isLong(step: Change): boolean {
  return step.do === "run" && step.timeoutSeconds !== undefined;
}

async function changeAll(host: Host, changes: readonly Change[], { log, done, journalled }: Manner): Promise<void> {
  for (const { reason } of changes.filter(isLong)) log(reason);
  await change(host, changes, journalled, (made) => {
    if (made.quiet) return;
    if (!isLong(made)) log([made.reason, ...lines(made)].join("\n"));
    done(made.reason);
  });
}

/** What a file got and lost, below the reason. */
function lines(made: Change): string[] {
  return made.do === "write" ? changedLines(made).map((line) => `    ${line}`) : [];
}

async function carryOutOne(host: Host, step: Exclude<Step, Change>, manner: Manner): Promise<readonly Proof[]> {
  if (step.do === "wait") await waitFor(host, step, manner.log);
  else manner.log(step.reason);
  if (step.do === "prove") return [await prove(host, step.dialogue)];
  return step.do === "borrow" ? await borrow(host, step, manner) : [];
}

async function waitFor(host: Host, step: WaitFor, log: Log): Promise<void> {
  const questions: { holds: Fact<boolean> } = { holds: step.until };
  const deadline = Date.now() + step.timeoutSeconds * 1000;
  const waited = patience(`wait for ${step.what}`, log);
  while (!(await host.ask(questions)).holds) {
    if (Date.now() > deadline) {
      throw new Failure({
        tried: `wait for ${step.what}`,
        found: `not so after ${step.timeoutSeconds} s`,
        next: step.next,
      });
    }
    waited(`at the most ${step.timeoutSeconds} s`);
    await new Promise((resolve) => setTimeout(resolve, 250));
  }
}

async function borrow(host: Host, { steps, afterwards }: Borrow, manner: Manner): Promise<readonly Proof[]> {
  let proofs: readonly Proof[];
  try {
    proofs = await carryOut(host, steps, manner);
  } catch (error) {
    // what went wrong first is what the operator must hear
    await carryOut(host, afterwards, manner).catch((second: Error) =>
      manner.log(`could not be given back: ${second.message}`),
    );
    throw error;
  }
  await carryOut(host, afterwards, manner);
  return proofs;
}
