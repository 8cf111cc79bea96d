// Reads a plan in a test: what its steps do and why, those that are run temporarily inside.
import type { Step, WriteFile } from "../../providers/steps/step.ts";

/** One line a step: "run: restart …", "write /etc/…: why"; steps inside a `temporarily` begin with "> ", after a failure with "! ", those afterwards with "< ". */
export function summary(steps: readonly Step[]): string[] {
  return steps.flatMap(linesOf);
}

function linesOf(step: Step): string[] {
  if (step.do === "write")
    return [`write ${step.path}: ${step.reason}`, ...(step.details ?? []).map((detail) => `  ${detail}`)];
  if (step.do === "remove") return [`remove ${step.path}: ${step.reason}`];
  if (step.do === "wait") return [`wait for ${step.what}`];
  if (step.do === "prove") return [`prove port ${step.dialogue.port}`];
  if (step.do === "run") return [`run: ${step.reason}`];
  const inside = summary(step.steps).map((line) => `> ${line}`);
  const failed = summary(step.ifFailed ?? []).map((line) => `! ${line}`);
  return [`temporarily: ${step.reason}`, ...inside, ...failed, ...summary(step.afterwards).map((line) => `< ${line}`)];
}

/** The shell text of every step that runs one. */
export function scripts(steps: readonly Step[]): string[] {
  return steps.flatMap((step) => {
    if (step.do === "run") return [step.script.text];
    return step.do === "temporarily" ? scripts([...step.steps, ...(step.ifFailed ?? []), ...step.afterwards]) : [];
  });
}

/** The steps, with those inside of others in their place; without what is done only after a failure. */
export function flat(steps: readonly Step[]): readonly Step[] {
  return steps.flatMap((step) => (step.do === "temporarily" ? flat([...step.steps, ...step.afterwards]) : [step]));
}

/** The bytes that the only write step would leave. */
export function written(steps: readonly Step[]): Buffer {
  const writes = flat(steps).filter((step): step is WriteFile => step.do === "write");
  if (writes.length !== 1 || writes[0] === undefined) throw new Error(`${writes.length} writes where one was expected`);
  return writes[0].content;
}
