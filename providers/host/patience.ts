// A wait that is worth a word: told once it has become long, and again every half minute, so that nobody takes it for a hang.

const firstAfter = 2000;
const againAfter = 30_000;

/** Gives a function to call whenever the wait goes on, with how it stands. */
export function patience(what: string, tell: (line: string) => void): (how: string) => void {
  const began = Date.now();
  let due = began + firstAfter;
  return (how) => {
    if (Date.now() < due) return;
    due = Date.now() + againAfter;
    tell(`${what}: ${Math.round((Date.now() - began) / 1000)} s so far (${how})`);
  };
}
