// What each program of the project does around its work: an error is one message and an exit code, and a closed pipe is none.

/** Runs `work`, whose number is the exit code. `name` stands before what went wrong. */
export async function runProgram(name: string, work: () => Promise<number | undefined>): Promise<void> {
  heedClosedOutput(name);
  try {
    process.exitCode = (await work()) ?? process.exitCode ?? 0;
  } catch (error) {
    process.stderr.write(`${name}: ${messageOf(error)}\n`);
    process.exitCode = 1;
  }
}

/**
 * Whoever reads the output may have enough of it (`| head -3`): the work goes on to its end, and what
 * it still says is said to nobody. Without a listener Node would end it there, with a stack trace.
 */
export function heedClosedOutput(name: string): void {
  for (const stream of [process.stdout, process.stderr]) {
    stream.on("error", (error: NodeJS.ErrnoException) => {
      if (error.code === "EPIPE") return;
      process.stderr.write(`${name}: the output cannot be written: ${error.message}\n`);
      process.exit(1);
    });
  }
}

/** What another program said of its failure says more than its command line. */
function messageOf(error: unknown): string {
  const { stderr, message } = error as { stderr?: string; message?: string };
  return (stderr || message || String(error)).trim();
}
