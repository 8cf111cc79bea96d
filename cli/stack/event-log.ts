// The engine's own log of the events of one run, in a file that only this user can read.
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { isRun } from "./arguments.ts";
import { unlessAbsent } from "./local-stacks.ts";

export interface EventLog {
  /** The variables that make the engine write it: an engine that does not know them ignores them. */
  readonly env: NodeJS.ProcessEnv;
  /** The text, one event a line; empty where there is none. Afterwards the file is gone. */
  take(): string;
}

/** For a command that is no run there is no log. */
export function eventLogFor(args: readonly string[]): EventLog {
  if (!isRun(args)) return { env: {}, take: () => "" };
  const folder = mkdtempSync(join(tmpdir(), "sasl-mail-host-events-"));
  const file = join(folder, "events.json");
  return {
    // The engine has the flag --event-log among its commands for debugging only.
    env: { PULUMI_DEBUG_COMMANDS: "true", PULUMI_OPTION_EVENT_LOG: file },
    take() {
      const text = unlessAbsent(() => readFileSync(file, "utf8")) ?? "";
      rmSync(folder, { recursive: true, force: true });
      return text;
    },
  };
}
