// The steps that change a host. Consecutive changes travel as one request, each after its journal
// entry, and the request stops at the first that fails.

import { Failure } from "../core/failure.ts";
import { lines, type ShellText, sh } from "../core/shell.ts";
import type { Fact } from "../facts/fact.ts";
import { journalFolder } from "../facts/journal.ts";
import type { Host } from "../host/host.ts";
import { unwritable } from "../steps/resource-record.ts";
import type { RemoveFile, RunScript, WriteFile } from "../steps/step.ts";
import { logLine, type Origin } from "./host-log.ts";
import { confirmation, journalDamaged, journalEntry, journalFailed } from "./journal.ts";
import { changedMeanwhile, removeScript, writeScript } from "./write-script.ts";

export type Change = RunScript | WriteFile | RemoveFile;

export interface ChangeOptions {
  readonly journalled: boolean;
  /** Questions that are sent together with the changes. */
  readonly next: readonly Fact<unknown>[];
  /** For the log of the host, which gets no line without it. */
  readonly origin?: Origin | undefined;
}

/** Seconds for a change that sets no timeout of its own. */
const usualSeconds = 120;

/** Prefix of the answer's last line when a change failed. The number of the change follows. */
const failedChange = ":failed ";

/**
 * Makes the changes in their order in one round trip, which also asks `next`. Calls `done` for each
 * change that was made or at least begun, also when one fails.
 */
export async function change(
  host: Host,
  changes: readonly Change[],
  { journalled, next, origin }: ChangeOptions,
  done: (change: Change, failed?: true) => void,
): Promise<void> {
  const [only] = changes;
  if (only === undefined) return;
  const scripts = changes.map((step, index) => {
    const [before, after] = journalled ? [journalEntry(step), confirmation(step)] : [sh``, sh``];
    const inHostLog = (result: "done" | "failed") =>
      origin === undefined || step.quiet ? sh`:` : logLine(origin, result, step.reason);
    // Not `( … ) || …`: there the shell would ignore a `set -e` inside (POSIX, "set"). And no `((`,
    // which bash reads as arithmetic.
    return sh`(
${before}
(
${scriptOf(step)}
)
code=$?
if [ "$code" -ne 0 ]; then exit "$code"; fi
${after}
)
code=$?
if [ "$code" -ne 0 ]; then
${inHostLog("failed")}
printf '\n%s%s\n' ${failedChange} ${index}; exit "$code"; fi
${inHostLog("done")}`;
  });
  const seconds = changes.reduce((sum, step) => sum + secondsOf(step), 0);
  const shell = await host.shell();
  const made = shell.request(changes.map(({ reason }) => reason).join("; "), lines(...scripts), seconds);
  shell.readAhead(next);
  const answer = await made;
  const output = answer.stdout.toString("utf8");
  const at = output.lastIndexOf(`\n${failedChange}`);
  const failed = answer.code === 0 ? changes.length : Number(output.slice(at + failedChange.length + 1));
  const step = changes[failed];
  for (const one of changes.slice(0, failed)) done(one);
  // A file is replaced completely or not at all, and nothing is begun without a journal. A failed
  // command may have changed something.
  if (step?.do === "run" && ![journalFailed, journalDamaged].includes(answer.code)) done(step, true);
  if (step !== undefined)
    throw failureOf(step, { code: answer.code, words: `${answer.stderr.trim()}\n${output.slice(0, at)}` });
  if (answer.code !== 0) throw failureOf(only, { code: answer.code, words: answer.stderr });
}

/** The roll-back that follows this error says the rest. */
const journalDamagedNext =
  "an earlier run has left this journal, and nobody can tell from it which daemons ran: see that Postfix and saslauthd run as they should, then move it away as the lines above or docs/how-to/rescue.md (A message names a file) say, and run the same command again";

function secondsOf(step: Change): number {
  return (step.do === "run" ? (step.timeoutSeconds ?? usualSeconds) : usualSeconds) + 15;
}

function scriptOf(step: Change): ShellText {
  if (step.do === "run") return step.mayFail ? tried(step) : step.script;
  if (step.do === "remove") return removeScript(step);
  return writeScript(step);
}

/** Turns a failure into a warning of one line. */
function tried({ reason, script, next }: RunScript): ShellText {
  const advice = next === undefined ? "" : `; ${next}`;
  return sh`said=$( (${script}
) 2>&1 ) || warn ${`${reason}: tried once, and without success:`} "$(printf %s "$said" | tr -s '\n' ' ')"${advice}`;
}

function failureOf(step: Change, { code: exit, words }: { code: number; words: string }): Failure {
  const found = `exit status ${exit}: ${words.trim().slice(-2000) || "no message"}`;
  const next = "put right what the host says, then run the same command again: it goes on from what it finds";
  if (exit === journalFailed || exit === journalDamaged) {
    return new Failure({
      code: "records-not-written",
      tried: `write down in ${journalFolder} what undoes this: ${step.reason}`,
      found,
      left: ["the change was not made, and no daemon was touched"],
      next: exit === journalDamaged ? journalDamagedNext : unwritable,
    });
  }
  if (step.do === "run") {
    const kind = { code: step.code ?? "command-failed", next: step.next ?? next, ...step.exits?.[exit] } as const;
    return new Failure({ tried: step.reason, found, ...kind });
  }
  if (exit === changedMeanwhile) {
    return new Failure({
      code: "file-changed-meanwhile",
      tried: `${step.do} ${step.path}`,
      found: "the file changed between our look and our write: somebody else is editing it",
      left: [`${step.path} is as the other one left it`],
      next: "find out who edits it (another administrator, a tool such as Ansible or Puppet); when that is done, run the same command again",
    });
  }
  if (step.do === "remove") return new Failure({ code: "file-not-written", tried: step.reason, found, next });
  const left = ["the old file is untouched, no temporary file is left"];
  return new Failure({ code: "file-not-written", tried: `write ${step.path}`, found, left, next });
}
