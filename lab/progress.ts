// One line for each long step of the lab, on stderr, so that a person sees what is waited for and for how long.

/** Runs `work` under a title; says when it starts, how long it took, or that it failed. The error itself passes through. */
export async function step<T>(title: string, work: () => Promise<T>): Promise<T> {
  const started = performance.now();
  process.stderr.write(`lab: ${title} ...\n`);
  try {
    const result = await work();
    process.stderr.write(`lab: ${title}: done in ${seconds(started)}\n`);
    return result;
  } catch (error) {
    process.stderr.write(`lab: ${title}: FAILED after ${seconds(started)}\n`);
    throw error;
  }
}

function seconds(started: number): string {
  return `${((performance.now() - started) / 1000).toFixed(1)} s`;
}
