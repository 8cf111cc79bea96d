// What to remember of saslauthd from before the first change, and what destroy restores.

import { sh } from "../../core/shell.ts";
import { isUnterminated } from "../../facts/line-ending.ts";
import { keepCopy } from "../../steps/kept-copy.ts";
import { dropInFolder, dropInPath, restartSaslauthd, startAgain } from "../../steps/saslauthd.ts";
import type { Step } from "../../steps/step.ts";
import { type LdapFileBefore, rememberLdapFile, restoreLdapFile } from "./ldap-file.ts";
import type { LdapInputs } from "./ldap-settings.ts";
import { restoreAtBoot } from "./saslauthd-boot.ts";
import { type DaemonsBefore, rememberDaemons, restoreDaemons, unitRuns } from "./saslauthd-daemons.ts";
import { created, readUnitsAgain } from "./saslauthd-drop-in.ts";
import type { SaslauthdActual } from "./saslauthd-facts.ts";
import { type InstanceBefore, rememberInstances, restoreInstanceFiles } from "./saslauthd-instance.ts";
import { isMarked, type Marked, markOfDropIn, markOfLdap, markOfSettings } from "./saslauthd-marks.ts";
import { defaultPath, rememberSettings, restoreSettings, type SaslauthdSettings } from "./saslauthd-settings.ts";

export interface SaslauthdBefore extends InstanceBefore, DaemonsBefore, Marked {
  readonly settings: SaslauthdSettings;
  /** The default file did not end with a line ending. */
  readonly unterminated: boolean;
  /** Base64 of an earlier drop-in of this name. */
  readonly dropIn: string | null;
  readonly dropInFolder: boolean;
  readonly enabled: boolean;
  /**
   * The link that starts a native unit. Missing where an older version of this program remembered.
   */
  readonly bootLink?: boolean;
  readonly running: boolean;
  /** Missing where an older version of this program remembered. */
  readonly ldapFile?: LdapFileBefore;
}

export function remember(socketDirectory: string, actual: SaslauthdActual): SaslauthdBefore {
  return {
    settings: rememberSettings(actual.file?.content ?? Buffer.alloc(0)),
    unterminated: actual.file !== null && isUnterminated(actual.file.content),
    dropIn: actual.dropIn?.content.toString("base64") ?? null,
    dropInFolder: actual.dropInFolder !== null,
    enabled: actual.unit.enabled === "enabled",
    bootLink: actual.bootLink,
    running: unitRuns(actual),
    ...rememberInstances(socketDirectory, actual),
    ...rememberDaemons(socketDirectory, actual),
    ldapFile: rememberLdapFile(actual.ldapFile),
  };
}

/** The files with what this program writes into them; other content was edited by somebody else. */
interface OwnFiles {
  readonly dropIn: string;
  /** The default file; `undefined` where there is none. */
  readonly settings: Buffer | undefined;
  /** The directory in /etc/saslauthd.conf; `undefined` without one. */
  readonly ldap: LdapInputs | undefined;
  readonly ldapBindPassword: string | undefined;
}

/**
 * The daemon is stopped first: its directory may be removed next, and it reads its options only at
 * the start. Where somebody has removed the package, nothing can be started, or enabled at boot.
 */
export function restoreSaslauthd(actual: SaslauthdActual, before: SaslauthdBefore, ours: OwnFiles): Step[] {
  const files = restoreFiles(actual, before, ours);
  const running = unitRuns(actual);
  const canStart = actual.program !== null;
  const enabled = before.enabled && (canStart || actual.unit.enabled === "enabled");
  return [
    ...(files.length > 0 && running ? [whileStopped(files)] : files),
    ...restoreAtBoot({ ...before, enabled }, actual),
    ...(canStart && before.running && (files.length > 0 || !running) ? [startAgain] : []),
    ...(!before.running && files.length === 0 && running
      ? [{ do: "run", reason: "stop saslauthd: it did not run before", script: sh`systemctl stop saslauthd` } as const]
      : []),
    ...(canStart ? restoreDaemons(actual, before) : []),
  ];
}

/**
 * The daemon reads its options only at the start. Where a file cannot be written (a read-only or
 * full file system), the daemon starts again with what is there: its clients still depend on it.
 */
function whileStopped(files: readonly Step[]): Step {
  const stop = {
    do: "run",
    reason: "stop saslauthd: its options are put back",
    script: sh`systemctl stop saslauthd`,
    timeoutSeconds: 200,
  } as const;
  const start = restartSaslauthd("start saslauthd again: its files could not be put back", []);
  return {
    do: "temporarily",
    reason: "put back the files of saslauthd while it is stopped",
    steps: [stop, ...files],
    ifFailed: [start],
    afterwards: [],
  };
}

function restoreFiles(actual: SaslauthdActual, before: SaslauthdBefore, ours: OwnFiles): Step[] {
  const steps: Step[] = [
    ...restoreInstanceFiles(actual, before),
    ...restoreLdapFile(
      actual.ldapFile,
      before.ldapFile,
      ours.ldap,
      ours.ldapBindPassword,
      isMarked(before, markOfLdap(actual.ldapFile)),
    ),
  ];
  const content =
    actual.file === null
      ? null
      : restoreSettings(actual.file.content, before.settings, before.unterminated, defaultPath);
  if (actual.file !== null && content !== null && !content.equals(actual.file.content)) {
    if (!ours.settings?.equals(actual.file.content) && !isMarked(before, markOfSettings(actual.file)))
      steps.push(keepCopy(defaultPath, "somebody else has edited the options, and they are put back"));
    steps.push({
      do: "write",
      path: defaultPath,
      content,
      expected: actual.file.content,
      created,
      reason: `put the options in ${defaultPath} back`,
    });
  }
  const dropIn = before.dropIn === null ? null : Buffer.from(before.dropIn, "base64");
  const isEdited =
    actual.dropIn !== null &&
    actual.dropIn.content.toString("latin1") !== ours.dropIn &&
    !isMarked(before, markOfDropIn(actual.dropIn));
  if (dropIn === null && actual.dropIn !== null) {
    if (isEdited) steps.push(keepCopy(dropInPath, "somebody else has edited it, and it is removed"));
    const { content: expected } = actual.dropIn;
    steps.push({ do: "remove", path: dropInPath, expected, reason: "remove the drop-in: it was not there before" });
    if (!before.dropInFolder) {
      steps.push({
        do: "run",
        reason: `remove ${dropInFolder} where nothing else is in it`,
        script: sh`rmdir -- ${dropInFolder} 2>/dev/null; :`,
      });
    }
  }
  if (dropIn !== null && !actual.dropIn?.content.equals(dropIn)) {
    if (isEdited) steps.push(keepCopy(dropInPath, "somebody else has edited it, and the earlier one is put back"));
    steps.push({
      do: "write",
      path: dropInPath,
      content: dropIn,
      expected: actual.dropIn?.content,
      created,
      reason: "put the drop-in back",
    });
  }
  if (steps.length > 0) steps.push(readUnitsAgain);
  return steps;
}
