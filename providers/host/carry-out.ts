// Carries out steps on a host. What a step means is decided here and nowhere else; why it is taken stands in the step.
import type { Fact } from "../facts/fact.ts";
import { Failure } from "../steps/failure.ts";
import { sh } from "../steps/shell.ts";
import type { Proof, Run, Step, WaitFor } from "../steps/step.ts";
import type { Host, Log } from "./host.ts";
import { prove } from "./prove.ts";
import { writeScript } from "./write-script.ts";

/** Exit status of the write script when the file is not what the decision was made on. */
const changedMeanwhile = 75;

/** Carries out steps in their order, stops at the first that fails, and gives the proofs that were made on the way. */
export async function carryOut(host: Host, steps: readonly Step[], log: Log): Promise<readonly Proof[]> {
  const proofs: Proof[] = [];
  for (const step of steps) proofs.push(...(await carryOutOne(host, step, log)));
  return proofs;
}

async function carryOutOne(host: Host, step: Step, log: Log): Promise<readonly Proof[]> {
  if (step.do !== "wait") log(step.reason);
  switch (step.do) {
    case "wait":
      await waitFor(host, step);
      return [];
    case "run":
      await run(host, step);
      return [];
    case "write": {
      const answer = await (await host.shell()).request(`write ${step.path}`, writeScript(step, changedMeanwhile), 120);
      if (answer.code === changedMeanwhile) throw meanwhile(step.path);
      if (answer.code !== 0)
        throw failed(`write ${step.path}`, answer, "the old file is untouched, no temporary file is left");
      return [];
    }
    case "remove":
      await run(host, { ...step, do: "run", script: sh`rm -f -- ${step.path}` });
      return [];
    case "prove":
      return [await prove(host, step.dialogue)];
    case "borrow":
      return await borrow(host, step.steps, step.afterwards, log);
  }
}

async function run(host: Host, step: Run): Promise<void> {
  const seconds = step.timeoutSeconds ?? 120;
  const answer = await (await host.shell()).request(step.reason, step.script, seconds + 15);
  if (answer.code !== 0) throw failed(step.reason, answer, undefined, step.next);
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
  log: Log,
): Promise<readonly Proof[]> {
  try {
    return await carryOut(host, steps, log);
  } finally {
    await carryOut(host, afterwards, log);
  }
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
