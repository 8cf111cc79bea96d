// The log of a resource: lines that Pulumi shows beside it, in its live view and among the diagnostics. The engine takes them at the
// address that it gave this process; the SDK that speaks with it is loaded already where Pulumi runs us.
import { engineAddress } from "./watch.ts";

export interface ResourceLog {
  (line: string): void;
  /** A line that Pulumi shows as a warning. */
  warn(line: string): void;
  /** Settles when the engine has all lines: the process may end right after the operation. */
  delivered(): Promise<void>;
}

/** Without an engine (a test) or a URN (a program with classes of its own) lines go to standard output, which Pulumi shows on the stack. */
export async function resourceLog(urn: string | undefined, prefix: string): Promise<ResourceLog> {
  const address = engineAddress();
  if (urn === undefined || address === undefined) {
    const print = (line: string) => console.log(`${prefix}: ${line}`);
    return Object.assign(print, { warn: (line: string) => print(`warning: ${line}`), delivered: async () => {} });
  }
  const { DependencyResource, log, runtime } = await import("@pulumi/pulumi");
  // project and stack stay: the SDK looks keys of the configuration up under the project's name
  if (!runtime.hasEngine()) runtime.resetOptions(runtime.getProject(), runtime.getStack(), 0, address, "", false, "");
  const resource = new DependencyResource(urn);
  let last: Promise<void> = Promise.resolve();
  const write = (line: string) => {
    last = log.info(line, resource);
  };
  const warn = (line: string) => {
    last = log.warn(line, resource);
  };
  return Object.assign(write, { warn, delivered: () => last });
}
