// The entry point of each program of the project: an error becomes one message and an exit code,
// and a closed pipe is no error.

/** Runs `work`, whose number is the exit code. `name` precedes the error message. */
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
 * A reader of the output may close it early (`| head -3`): the work still runs to its end, and
 * further output is dropped. Without a listener Node would end the process with a stack trace.
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

/** The error output of another program is more useful than its command line. */
function messageOf(error: unknown): string {
  const { stderr, message } = error as { stderr?: string; message?: string };
  return (stderr || message || String(error)).trim();
}
