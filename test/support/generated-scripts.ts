// The shell texts that the product makes out of its pieces, each with a name: questions, steps with their undo,
// and what a journalled change is wrapped into.

import { type ShellText, sh } from "../../providers/core/shell.ts";
import type { Fact } from "../../providers/facts/fact.ts";
import type { Host } from "../../providers/host/host.ts";
import type { RootShell } from "../../providers/host/root-shell.ts";
import { catalogue, definitionOf, type Kind } from "../../providers/resources/catalogue.ts";
import * as account from "../../providers/steps/account.ts";
import { aptInstall, settleRecords } from "../../providers/steps/apt.ts";
import { certificatePath, closeFile, makeFolder, makeSelfSigned } from "../../providers/steps/certificate.ts";
import { leavePackages, takeBackPackages } from "../../providers/steps/package-rollback.ts";
import * as postfix from "../../providers/steps/postfix.ts";
import {
  removeResourceRecord,
  removeResourceRecords,
  writeResourceRecord,
} from "../../providers/steps/resource-record.ts";
import { forgetLogins, restartSaslauthd, warnOfCachedLogins } from "../../providers/steps/saslauthd.ts";
import { endDaemon, startDaemon } from "../../providers/steps/saslauthd-instance.ts";
import type { Step } from "../../providers/steps/step.ts";
import { type Change, change } from "../../providers/transaction/change.ts";
import * as journal from "../../providers/transaction/journal.ts";
import type { Undoing } from "../../providers/transaction/rollback-plan.ts";
import { rollbackScript } from "../../providers/transaction/rollback-script.ts";

export type NamedScript = readonly [name: string, text: string];

const hard = "a b'c$d\"e";

/** Inputs for what has no default, or more than one kind of question. */
const asked: readonly (readonly [Kind, object])[] = [
  ...(Object.keys(catalogue) as Kind[]).filter((kind) => kind !== "MailAccount").map((kind) => [kind, {}] as const),
  ["MailAccount", { name: "alice", password: hard }],
  ["MailAccount", { name: "alice", password: hard, store: "sasldb" }],
  ["MailAccount", { name: "alice", password: hard, store: "sasldb", realm: "example.org" }],
];

/** What each resource asks. */
export const questions: readonly NamedScript[] = asked.flatMap(([kind, given]) => {
  const definition = definitionOf(kind);
  const facts = Object.values(definition.inspect(definition.schema.parse(given) as never)) as Fact<unknown>[];
  return facts.map((fact) => [`${kind}: ${fact.name}`, fact.question.text] as const);
});

const unit = { argv: [hard], unit: hard, enabled: true };

const steps: readonly Step[] = [
  aptInstall(["postfix", hard]),
  takeBackPackages(["postfix", hard], { packages: [hard], made: [`file 0 ${hard}`], requested: [hard] }),
  leavePackages([hard]),
  settleRecords,
  postfix.checkPostfix,
  postfix.reloadPostfix(hard),
  postfix.reloadIfRunning(hard),
  postfix.startPostfix(hard),
  postfix.stopPostfix(hard),
  postfix.setEnabled(hard, true, hard),
  postfix.setEnabled(hard, false, hard),
  restartSaslauthd(hard, [{ pid: 4711, parent: 1, argv: [] }]),
  restartSaslauthd(hard, []),
  forgetLogins([hard, hard])[0],
  warnOfCachedLogins([4711, 4712], hard),
  endDaemon(unit, 4711, hard),
  endDaemon({ ...unit, unit: null }, 4711, hard),
  startDaemon(unit),
  makeFolder,
  closeFile(hard, hard),
  makeSelfSigned(certificatePath("x"), "mail.example.org", 90, hard),
  account.addAccount(hard, hard),
  account.removeAccount(hard, hard),
  account.changeAccount(hard, { password: hard, shell: hard, unexpire: true, locked: true }, hard),
  account.giveAccountBack(hard, { hash: hard, changed: hard, expires: "" }, hard),
  account.setSasldbPassword(hard, hard, hard, hard),
  account.dropSasldbPassword(hard, hard, hard),
  account.giveSasldbPasswordBack(hard, hard, hard),
  ...writeResourceRecord("SaslPackage", hard, { owner: hard, before: {} }, undefined),
  ...removeResourceRecord("SaslPackage", hard),
  ...removeResourceRecords([hard, hard]),
  {
    do: "run",
    reason: "a script that begins with (",
    script: sh`(:) | cat`,
    undo: { script: sh`(:)` },
  },
  {
    do: "write",
    path: hard,
    content: Buffer.from(hard),
    created: { owner: hard, group: hard, mode: "644" },
    expected: undefined,
    reason: hard,
  },
  {
    do: "write",
    path: hard,
    content: Buffer.from(hard),
    created: { owner: hard, group: hard, mode: "644" },
    expected: Buffer.from(hard),
    reason: hard,
  },
];

export const changes = steps.filter((step): step is Change => ["run", "write", "remove"].includes(step.do));

/** The steps alone, as a roll-back finds them too. */
export const stepScripts: readonly NamedScript[] = [
  ...changes.flatMap((step) => {
    if (step.do !== "run") return [];
    const { reason, script, undo } = step;
    const back = undo === undefined ? [] : ([[`undo of ${reason}`, undo.script.text]] as const);
    const kept =
      undo?.remember === undefined ? [] : ([[`kept for the undo of ${reason}`, undo.remember.text]] as const);
    return [[reason, script.text] as const, ...back, ...kept];
  }),
];

const digest = "0".repeat(64);
const file = {
  kind: "file",
  name: "0001",
  path: hard,
  before: digest,
  after: digest,
  current: digest,
  isPublic: true,
} as const;
const undoings: readonly Undoing[] = [
  { do: "run", entry: "0007", description: hard },
  { do: "restore", entry: "0006", file },
  { do: "restore", entry: "0005", file: { ...file, before: "absent" } },
  { do: "restore", entry: "0004", file: { ...file, after: "absent" } },
  { do: "merge", entry: "0003", file, content: Buffer.from(hard) },
  { do: "keep", entry: "0002", file },
  { do: "forget", entry: "0001", file },
];

/** What is sent for a row of changes. */
export async function changeScript(asked: readonly Change[], journalled: boolean): Promise<string> {
  const sent: string[] = [];
  const shell: Pick<RootShell, "request" | "readAhead"> = {
    request: async (_what, { text }) => {
      sent.push(text);
      return { code: 0, stdout: Buffer.alloc(0), stderr: "" };
    },
    readAhead: () => {},
  };
  const host = { shell: async () => shell } as unknown as Host;
  await change(host, asked, { journalled, next: [] }, () => {});
  return sent.join("\n");
}

/** Everything of the journal that is shell text, and a roll-back with each kind of undoing. */
export const journalScripts: readonly NamedScript[] = [
  ...Object.entries(journal).flatMap(([name, value]) =>
    isShellText(value) ? [[`journal: ${name}`, value.text] as const] : [],
  ),
  ...(["running", "stopped"] as const).map((state) => {
    const daemons = { saslauthd: state, postfix: state, port25: "served" } as const;
    return [`roll-back with both daemons ${state}`, rollbackScript({ daemons }, undoings).text] as const;
  }),
  ["roll-back of a damaged journal", rollbackScript({ daemons: hard }, undoings).text],
];

function isShellText(value: unknown): value is ShellText {
  return typeof value === "object" && value !== null && "text" in value && typeof value.text === "string";
}
