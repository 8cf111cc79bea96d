// What was changed on a host, for whoever administers it: a line in its own log for each change,
// beside which it costs no round trip. `journalctl -t sasl-mail-host` shows them.
import { printable } from "../core/printable.ts";
import { type ShellText, sh } from "../core/shell.ts";

/** On whose behalf a change is made. */
export interface Origin {
  /** "project/stack", or what a program is called that is of no stack. */
  readonly stack: string;
  /** "MasterService smtps/inet" */
  readonly resource: string;
  /** "alice@desk": who runs Pulumi, and where. */
  readonly by: string;
}

/**
 * A line of logger(1), which is of util-linux. A host without it, or whose log takes nothing for two
 * seconds, is changed all the same.
 */
export function logLine({ stack, resource, by }: Origin, result: "done" | "failed", reason: string): ShellText {
  const line = printable(`stack ${stack}, ${resource}, by ${by}: ${result}: ${reason.split("\n")[0] ?? ""}`);
  return sh`timeout 2 logger -t sasl-mail-host -- ${line} </dev/null >/dev/null 2>&1 || :`;
}
