// The log of a resource: lines that Pulumi shows beside it, in its live view and among the
// diagnostics. They are sent to the engine's address, which this process was given at its start.
import { printable } from "../core/printable.ts";
import { engineAddress } from "./watch.ts";

export interface ResourceLog {
  (line: string): void;
  /** Logs a line that Pulumi shows as a warning. */
  warn(line: string): void;
  /** Settles when the engine has all lines: the process may end right after the operation. */
  delivered(): Promise<void>;
}

/**
 * Without an engine (in a test) or a URN (in a program with its own classes), lines go to standard
 * output, which Pulumi shows on the stack.
 */
export function resourceLog(urn: string | undefined, prefix: string): ResourceLog {
  const address = engineAddress();
  if (urn === undefined || address === undefined) {
    const print = (line: string) => console.log(printable(`${prefix}: ${line}`));
    return Object.assign(print, { warn: (line: string) => print(`warning: ${line}`), delivered: async () => {} });
  }
  let last: Promise<void> = Promise.resolve();
  const writer = (level: "info" | "warn") => (line: string) => {
    // Lines are sent in sequence, because the first one waits for the SDK.
    last = last.then(async () => {
      const { DependencyResource, log } = await sdkAt(address);
      await log[level](printable(line), new DependencyResource(urn));
    });
  };
  return Object.assign(writer("info"), { warn: writer("warn"), delivered: () => last });
}

/**
 * The first line loads the SDK, since most runs log nothing and the process otherwise loads only a
 * part of it.
 */
async function sdkAt(address: string): Promise<typeof import("@pulumi/pulumi")> {
  const sdk = await import("@pulumi/pulumi");
  const { runtime } = sdk;
  // Project and stack stay set: the SDK looks configuration keys up under the project's name.
  if (!runtime.hasEngine()) runtime.resetOptions(runtime.getProject(), runtime.getStack(), 0, address, "", false, "");
  return sdk;
}
