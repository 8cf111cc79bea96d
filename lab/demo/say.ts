// The headings of a demo: what comes next, and which kind of thing it is.
import { wrapped } from "../../cli/wrapped.ts";

export function say(text: string): void {
  process.stdout.write(`\n${wrapped(`=== ${text}`, process.stdout, "    ")}\n`);
}
