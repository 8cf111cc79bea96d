// Carries out steps on a host. What a step means is decided here and nowhere else; why it is taken stands in the step.
import type { Fact } from "../facts/fact.ts";
import { journalFolder } from "../facts/journal.ts";
import { Failure } from "../steps/failure.ts";
import { sh } from "../steps/shell.ts";
import type { Proof, RemoveFile, Run, Step, WaitFor, WriteFile } from "../steps/step.ts";
import type { Host, Log } from "./host.ts";
import { journalEntry, journalFailed } from "./journal.ts";
import { prove } from "./prove.ts";
import { writeScript } from "./write-script.ts";

/** Exit status of the write script when the file is not what the decision was made on. */
const changedMeanwhile = 75;

/** How steps are carried out. */
export interface Manner {
  /** Told about each step before it is done. */
  readonly log: Log;
  /** Takes what undoes each step into the journal first, in the same turn. */
  readonly journalled: boolean;
}

/** Carries out steps in their order, stops at the first that fails, and gives the proofs that were made on the way. */
export async function carryOut(host: Host, steps: readonly Step[], manner: Manner): Promise<readonly Proof[]> {
  const proofs: Proof[] = [];
  for (const step of steps) proofs.push(...(await carryOutOne(host, step, manner)));
  return proofs;
}

async function carryOutOne(host: Host, step: Step, manner: Manner): Promise<readonly Proof[]> {
  if (step.do !== "wait") manner.log(step.reason);
  switch (step.do) {
    case "wait":
      await waitFor(host, step);
      return [];
    case "prove":
      return [await prove(host, step.dialogue)];
    case "borrow":
      return await borrow(host, step.steps, step.afterwards, manner);
    default:
      await change(host, step, manner);
      return [];
  }
}

/** Everything that changes the host: one request, with the journal's entry in front of the change. */
async function change(host: Host, step: Run | WriteFile | RemoveFile, { journalled }: Manner): Promise<void> {
  const entry = journalled ? journalEntry(step).text : "";
  const seconds = step.do === "run" ? (step.timeoutSeconds ?? 120) : 120;
  const answer = await (await host.shell()).request(step.reason, { text: entry + scriptOf(step) }, seconds + 15);
  if (answer.code === 0) return;
  if (answer.code === journalFailed)
    throw failed(`write the way back to ${journalFolder}`, answer, "the change was not made");
  if (step.do === "write" && answer.code === changedMeanwhile) throw meanwhile(step.path);
  if (step.do === "write")
    throw failed(`write ${step.path}`, answer, "the old file is untouched, no temporary file is left");
  throw failed(step.reason, answer, undefined, step.do === "run" ? step.next : undefined);
}

function scriptOf(step: Run | WriteFile | RemoveFile): string {
  if (step.do === "run") return step.script.text;
  if (step.do === "remove") return sh`rm -f -- ${step.path}`.text;
  return writeScript(step, changedMeanwhile).text;
}

async function waitFor(host: Host, step: WaitFor): Promise<void> {
  const questions: { holds: Fact<boolean> } = { holds: step.until };
  const deadline = Date.now() + step.timeoutSeconds * 1000;
  while (!(await host.ask(questions)).holds) {
    if (Date.now() > deadline) {
      throw new Failure({
        tried: `wait for ${step.what}`,
        found: `not so after ${step.timeoutSeconds} s`,
        next: step.next,
      });
    }
    await new Promise((resolve) => setTimeout(resolve, 250));
  }
}

async function borrow(
  host: Host,
  steps: readonly Step[],
  afterwards: readonly Step[],
  manner: Manner,
): Promise<readonly Proof[]> {
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

function failed(
  tried: string,
  answer: { code: number; stdout: Buffer; stderr: string },
  left?: string,
  next?: string,
): Failure {
  const words = `${answer.stderr.trim()}\n${answer.stdout.toString("utf8").trim()}`.trim();
  return new Failure({
    tried,
    found: `exit status ${answer.code}: ${words.slice(-2000) || "no message"}`,
    ...(left === undefined ? {} : { left }),
    next: next ?? "put right what the host says, then run `pulumi up` again: it goes on from what it finds",
  });
}

function meanwhile(path: string): Failure {
  return new Failure({
    tried: `write ${path}`,
    found: "the file changed between our look and our write: somebody else is editing it",
    left: `${path} is as the other one left it`,
    next: "run `pulumi up` again when the other change is done",
  });
}
