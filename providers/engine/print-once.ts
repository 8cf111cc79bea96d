// The SDK's process of dynamic providers prints an error of read and delete with its stack trace, and
// hands it to the engine, which prints it again (cmd/dynamic-provider/index.js of @pulumi/pulumi).

/** The result; where it is an error, the SDK's own print of it is left out, once, and nothing else. */
export async function printedOnce<Result>(work: Promise<Result>): Promise<Result> {
  try {
    return await work;
  } catch (error) {
    leaveOut(`${error}: ${(error as Error).stack}`);
    throw error;
  }
}

function leaveOut(text: string): void {
  const { error: print } = console;
  let isAwaited = true;
  console.error = (...words: unknown[]) => {
    if (isAwaited && words.length === 1 && words[0] === text) isAwaited = false;
    else print(...words);
  };
}
