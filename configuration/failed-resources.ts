// A resource that failed is reported by the engine, with the provider's own message. The SDK reports
// it a second time, as an unhandled exception of the program with a dump of its promises, because
// the outputs of that resource are rejected (cmd/run/run.js of @pulumi/pulumi).

/** The message of such a rejection (runtime/resource.js of @pulumi/pulumi). */
const failedToRegister = /(^|: )resource .+ \[.+\] failed to register$/;

/**
 * Leaves out the second report and nothing else. The exit status is the engine's and stays 1 (tried
 * with SDK 3.270 and CLI 3.274). To be called once, before the first resource.
 */
export function reportFailedResourcesOnce(): void {
  const listeners = process.listeners("unhandledRejection");
  process.removeAllListeners("unhandledRejection");
  process.on("unhandledRejection", (reason, promise) => {
    if (reason instanceof Error && failedToRegister.test(reason.message)) return;
    for (const listener of listeners) listener(reason, promise);
  });
}
