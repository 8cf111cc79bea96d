// One line on stderr for each long step of a setup, so that a person sees what is running and for
// how long.

export function note(text: string): void {
  process.stderr.write(`setup: ${text}\n`);
}

/**
 * Runs `work` under a title; prints when it starts, how long it took, or that it failed. The error
 * is rethrown.
 */
export async function timed<T>(title: string, work: () => Promise<T>): Promise<T> {
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
