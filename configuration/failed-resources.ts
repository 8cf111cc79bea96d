// A resource that failed is reported by the engine, with the provider's own message. The SDK reports
// it a second time, as an unhandled exception of the program with a dump of its promises, because
// the outputs of that resource are rejected (cmd/run/run.js of @pulumi/pulumi).

/** The message of such a rejection (runtime/resource.js of @pulumi/pulumi). */
const failedToRegister = /(?:^|: )resource (.+) \[.+\] failed to register$/;

/**
 * The exit status of a program that ended with an error which the user has seen already
 * (cmd/run/index.js of @pulumi/pulumi). With 0 the engine takes the program for complete, and goes
 * on to delete what the program does not have any more.
 */
export const endedAfterReportedError = 32;

/**
 * Leaves out the second report and nothing else. The program still ends with an error, so that the
 * engine deletes nothing (tried with SDK 3.270 and CLI 3.274). To be called once, before the first
 * resource.
 */
export function reportFailedResourcesOnce(): void {
  const listeners = process.listeners("unhandledRejection");
  process.removeAllListeners("unhandledRejection");
  process.on("unhandledRejection", (reason, promise) => {
    if (failedResource(reason) !== undefined) return noteFailedResource();
    for (const listener of listeners) listener(reason, promise);
  });
}

/** The name of the resource that the engine has reported as failed; `undefined` for other errors. */
export function failedResource(reason: unknown): string | undefined {
  return reason instanceof Error ? failedToRegister.exec(reason.message)?.[1] : undefined;
}

/** Lets the program end with an error that is not reported again. */
export function noteFailedResource(): void {
  process.exitCode ??= endedAfterReportedError;
}
