// Why a command may have failed, where Pulumi's own message says too little: what is found in the
// checkout afterwards.
import { nearest } from "../../configuration/did-you-mean.ts";
import { needsStack } from "./arguments.ts";
import { localStacks, thisCheckout } from "./local-stacks.ts";
import { passphraseProblem } from "./passphrase.ts";
import { stackFileProblem } from "./stack-file.ts";

/** One sentence for the stack that the command was about; `undefined` where nothing is found. */
export async function explanationOf(
  args: readonly string[],
  stack: string,
  checkout = thisCheckout,
): Promise<string | undefined> {
  return (
    absentStack(args, stack, localStacks(checkout)) ??
    (await passphraseProblem(stack, checkout)) ??
    stackFileProblem(stack, checkout)
  );
}

/** `stack init` and its like are about stacks that are not there. */
function absentStack(args: readonly string[], stack: string, stacks: readonly string[]): string | undefined {
  if (!needsStack(args) || stacks.includes(stack)) return undefined;
  const present = stacks.length === 0 ? "no stack" : stacks.join(", ");
  const meant = nearest(stack, stacks);
  const question = meant === undefined ? "" : ` Did you mean --stack ${meant}?`;
  return `the stacks of this checkout are: ${present}.${question} A new one: npm run pulumi -- stack init ${stack}`;
}
