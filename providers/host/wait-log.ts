// Logs a wait once it has become long, and again every half minute, so that it is not taken for a
// hang.

const firstAfter = 2000;
const againAfter = 30_000;

/** Returns a function to call, with the current status, whenever the wait continues. */
export function waitLog(what: string, tell: (line: string) => void): (how: string) => void {
  const began = Date.now();
  let due = began + firstAfter;
  return (how) => {
    if (Date.now() < due) return;
    due = Date.now() + againAfter;
    tell(`${what}: ${Math.round((Date.now() - began) / 1000)} s so far (${how})`);
  };
}
