// The headings of a demo: what comes next, and which kind of thing it is.
export function say(text: string): void {
  process.stdout.write(`\n=== ${text}\n`);
}
