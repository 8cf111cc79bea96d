// The log of a resource: lines that Pulumi shows beside it, in its live view and among the diagnostics. The engine takes them at the
// address that it gave this process.
import { engineAddress } from "./watch.ts";

export interface ResourceLog {
  (line: string): void;
  /** A line that Pulumi shows as a warning. */
  warn(line: string): void;
  /** Settles when the engine has all lines: the process may end right after the operation. */
  delivered(): Promise<void>;
}

/** Without an engine (a test) or a URN (a program with classes of its own) lines go to standard output, which Pulumi shows on the stack. */
export function resourceLog(urn: string | undefined, prefix: string): ResourceLog {
  const address = engineAddress();
  if (urn === undefined || address === undefined) {
    const print = (line: string) => console.log(`${prefix}: ${line}`);
    return Object.assign(print, { warn: (line: string) => print(`warning: ${line}`), delivered: async () => {} });
  }
  let last: Promise<void> = Promise.resolve();
  const writer = (level: "info" | "warn") => (line: string) => {
    // one after the other: the first line waits for the SDK
    last = last.then(async () => {
      const { DependencyResource, log } = await sdkAt(address);
      await log[level](line, new DependencyResource(urn));
    });
  };
  return Object.assign(writer("info"), { warn: writer("warn"), delivered: () => last });
}

/** Loaded by the first line, since most runs have nothing to say: the process has only a part of it otherwise. */
async function sdkAt(address: string): Promise<typeof import("@pulumi/pulumi")> {
  const sdk = await import("@pulumi/pulumi");
  const { runtime } = sdk;
  // project and stack stay: the SDK looks keys of the configuration up under the project's name
  if (!runtime.hasEngine()) runtime.resetOptions(runtime.getProject(), runtime.getStack(), 0, address, "", false, "");
  return sdk;
}
