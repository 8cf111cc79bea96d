// One line for each long step of setting something up, on stderr, so that a person sees what is waited for and for how long.

/** A line about what is being set up. */
export function note(text: string): void {
  process.stderr.write(`setup: ${text}\n`);
}

/** Runs `work` under a title; says when it starts, how long it took, or that it failed. The error itself passes through. */
export async function step<T>(title: string, work: () => Promise<T>): Promise<T> {
  const started = performance.now();
  note(`${title} ...`);
  try {
    const result = await work();
    note(`${title}: done in ${seconds(started)}`);
    return result;
  } catch (error) {
    note(`${title}: FAILED after ${seconds(started)}`);
    throw error;
  }
}

function seconds(started: number): string {
  return `${((performance.now() - started) / 1000).toFixed(1)} s`;
}
