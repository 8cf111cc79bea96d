// The end of a transaction on a host: it is proved and kept, or rolled back. After a rollback, mail
// must be seen to flow again.

import { Failure } from "../core/failure.ts";
import { sh } from "../core/shell.ts";
import { type Fact, textOf } from "../facts/fact.ts";
import { type FileEntry, type Journal, journal, journalFolder, libraryFolder } from "../facts/journal.ts";
import { listeners } from "../facts/listeners.ts";
import { portsNotServed } from "../facts/served-ports.ts";
import type { Host } from "../host/host.ts";
import { stepSeconds } from "../steps/apt-lock.ts";
import { unwritable } from "../steps/resource-record.ts";
import { closeJournal } from "./journal.ts";
import { adviceAfter } from "./rollback-advice.ts";
import { daemonRow } from "./rollback-daemons.ts";
import { editedFiles, planRollback, type Undoing, type Versions } from "./rollback-plan.ts";
import { rollbackScript } from "./rollback-script.ts";

/** Seconds until the connection abandons a roll-back: it may purge packages, and waits for them. */
const rollbackSeconds = stepSeconds + 600;

/**
 * Closes the journal, so that the present state stays; `left` is what the error says is on the host
 * when that fails.
 */
export async function commit(host: Host, left?: readonly string[]): Promise<void> {
  const answer = await (await host.shell()).request("close the journal", closeJournal);
  if (answer.code === 0) return;
  throw new Failure({
    code: "records-not-written",
    tried: `close the journal of this operation (${journalFolder})`,
    found: answer.stderr.trim() || `exit status ${answer.code} and no message`,
    ...(left && { left }),
    next: unwritable,
  });
}

/**
 * Rolls back everything that this transaction, and an earlier one that was never proved, has
 * changed.
 * Returns the report for the error message, one thing an entry; `undefined` when there was nothing
 * to roll back.
 */
export async function rollBack(host: Host): Promise<readonly string[] | undefined> {
  const found = (await host.ask({ journal })).journal;
  if (found === null) return undefined;
  // A journal without entries means that nothing was changed. Only where `opened` is damaged has
  // somebody been in the folder, and entries may be gone: it stays for an administrator.
  if (found.entries.length === 0 && !(found.hasOpened && typeof found.daemons === "string")) {
    await commit(host).catch(() => undefined);
    return undefined;
  }
  const plan = planRollback(found, await versionsOf(host, editedFiles(found)));
  const shell = await host.shell();
  const answer = await shell.request(
    "put back what this operation changed",
    rollbackScript(found, plan),
    rollbackSeconds,
  );
  const rows = rowsOf(answer.stdout);
  const daemons = rows.filter(([first]) => first === daemonRow).map(([, name = "", words = ""]) => ({ name, words }));
  const results = new Map(rows.map(([entry = "", ...result]) => [entry, result]));
  const outcomes = plan.flatMap((undoing) => outcomesOf(undoing, results.get(undoing.entry)));
  const daemonsUnknown = typeof found.daemons === "string" ? [`which daemons ran is not known: ${found.daemons}`] : [];
  if (answer.code !== 0) {
    const failed = outcomes.filter(({ ok }) => !ok).map(({ text }) => text);
    const done = outcomes.filter(({ ok }) => ok).map(({ text }) => `put back: ${text}`);
    const count = failed.length === 0 ? "" : `${failed.length} of ${plan.length} changes could not be undone`;
    const others = daemons.length === 0 ? "" : `not as before: ${daemons.map(({ name }) => name).join(" and ")}`;
    const why = [count, others, ...daemonsUnknown, answer.stderr.trim()].filter(Boolean).join("; ") || "it ended early";
    const damagedEntries = plan.filter((undoing) => undoing.do === "leave").map(({ entry }) => entry);
    throw new Failure({
      code: "roll-back-incomplete",
      tried: "put back what this operation changed",
      found: why,
      left: [...failed, ...daemons.map(({ name, words }) => `NOT as before: ${name}: ${words.trim()}`), ...done],
      next: adviceAfter({
        damagedEntries,
        failed: failed.length > damagedEntries.length,
        daemonsUnknown: daemonsUnknown.length > 0,
        daemons: daemons.map(({ name }) => name),
      }),
    });
  }
  await commit(host, ["everything is put back as it was before; only the journal is still there"]);
  return outcomes.length === 0 ? undefined : await summary(host, found, outcomes);
}

interface Outcome {
  readonly ok: boolean;
  readonly text: string;
  /** The result differs from the state before, because somebody else has edited it. */
  readonly exception?: true;
}

/**
 * What is reported of one entry. Entries about this program's own folder, and those with nothing
 * left to undo, are not reported.
 */
function outcomesOf(undoing: Undoing, [result = "", words = ""]: readonly string[] = []): Outcome[] {
  if (undoing.do === "leave") return [{ ok: false, text: `NOT put back: ${undoing.problem}` }];
  const subject = undoing.do === "run" ? undoing.description : undoing.file.path;
  if (result !== "ok") return [{ ok: false, text: `NOT put back: ${subject}: ${words || "it was not reached"}` }];
  if (subject.startsWith(libraryFolder) || undoing.do === "forget") return [];
  if (undoing.do === "keep") {
    const copy = words === "" ? "there was none before" : `the one from before is kept as ${words}`;
    return [
      { ok: true, exception: true, text: `${subject} was edited by somebody else since and is left as it is; ${copy}` },
    ];
  }
  if (undoing.do === "merge") {
    const { outcomes, keeps } = undoing;
    const kept = `${keeps === "old" ? "the one from before" : "theirs"} is kept as ${words}`;
    return [
      { ok: true, text: `${subject} (our own lines; somebody else has edited it since)` },
      ...(outcomes === undefined
        ? []
        : [
            {
              ok: true,
              exception: true,
              text: `${subject} was edited by somebody else since: ${outcomes.join("; ")}; ${kept}`,
            } as const,
          ]),
    ];
  }
  const kept = undoing.do === "run" ? (words.match(/kept: .*/)?.[0] ?? "") : "";
  const text = undoing.do === "run" ? `undone: ${subject}` : subject;
  return [{ ok: true, text }, ...(kept === "" ? [] : [{ ok: true, exception: true, text: kept } as const])];
}

async function summary(host: Host, { daemons }: Journal, outcomes: readonly Outcome[]): Promise<readonly string[]> {
  const flow = await flowOf(host, daemons);
  const exceptions = outcomes.filter(({ exception }) => exception);
  const done = outcomes.filter(({ exception }) => !exception);
  const head = `${exceptions.length === 0 ? "everything is put back" : "put back"} as it was before:`;
  return [
    ...(done.length === 0 ? [] : [head, ...done.map(({ text }) => text)]),
    ...exceptions.map(({ text }) => `BUT ${text}`),
    flow,
  ];
}

/** Port 25 is checked only where it was served before: a submission-only host does not serve it. */
async function flowOf(host: Host, daemons: Journal["daemons"]): Promise<string> {
  if (typeof daemons === "string") return daemons;
  if (daemons.postfix === "stopped") return "Postfix is stopped, as before";
  return daemons.port25 === "served" ? await mailFlow(host) : "Postfix runs, as before";
}

async function mailFlow(host: Host): Promise<string> {
  try {
    const { prove } = await import("../host/prove.ts");
    const { banner } = await prove(host, { port: 25, mechanisms: [] });
    return `mail flows: port 25 answers "${banner.slice(3)}"`;
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    return (await listensOn25(host))
      ? `port 25 listens, as before, and does not answer; whether it answered before this run was not looked at: ${why}`
      : `BUT PORT 25 DOES NOT ANSWER, and it listened before: ${why}`;
  }
}

/** The journal says only that the port listened: a server behind it may have been broken then. */
async function listensOn25(host: Host): Promise<boolean> {
  return await host.ask({ found: listeners }).then(
    ({ found }) => portsNotServed(found, [25]).length === 0,
    () => false,
  );
}

/** The bytes of each file at the three moments. */
async function versionsOf(host: Host, files: readonly FileEntry[]): Promise<ReadonlyMap<string, Versions>> {
  const questions = Object.fromEntries(files.map((file) => [file.name, versions(file)]));
  return new Map(Object.entries(await host.ask<Record<string, Versions>>(questions)));
}

function versions({ name, path }: FileEntry): Fact<Versions> {
  const folder = `${journalFolder}/${name}`;
  const read = (file: string) => sh`if [ -e ${file} ]; then base64 -w 0 < ${file} || exit 1; fi; echo`;
  return {
    name: `${path} before and after our change, and now`,
    question: sh`${read(`${folder}/old`)}
${read(`${folder}/new`)}
${read(path)}`,
    parse: (answer) => {
      const [before, after, current] = textOf(`${path} before and after our change, and now`, answer)
        .split("\n")
        .map((row) => Buffer.from(row, "base64"));
      return {
        before: before ?? Buffer.alloc(0),
        after: after ?? Buffer.alloc(0),
        current: current ?? Buffer.alloc(0),
      };
    },
  };
}

function rowsOf(output: Buffer): string[][] {
  const rows = output.toString("utf8").split("\n");
  return rows.filter((row) => row !== "").map((row) => row.split("\t"));
}
