// /etc/saslauthd.conf: the settings for the mechanism ldap, each read, compared, written and
// restored on its own. The file may hold a password, so only root may read it.

import { Failure } from "../../core/failure.ts";
import { sh } from "../../core/shell.ts";
import {
  type AssignmentSyntax,
  lineOf,
  saslAssignments,
  settingIn,
  withLine,
  withSetting,
} from "../../facts/assignments.ts";
import type { FileContent } from "../../facts/file.ts";
import { isUnterminated, withFirstEnd } from "../../facts/line-ending.ts";
import { keepCopy } from "../../steps/kept-copy.ts";
import type { Step } from "../../steps/step.ts";
import { type LdapInputs, type LdapKey, ldapDefaults, ldapKeys, ldapSettings } from "./ldap-settings.ts";

export const ldapFilePath = "/etc/saslauthd.conf";

/** Shows readers what manages the settings, and this program that it wrote them. */
const marker =
  "# The settings of the directory are kept by sasl-mail-host (Pulumi): pulumi destroy puts back what was here before.";

/**
 * Unlike in the files that libsasl reads, the last line of a name counts, and a space at the end
 * belongs to the value (lak_config_read in lak.c).
 */
const ldapAssignments: AssignmentSyntax = { ...saslAssignments, inForce: "last", read: (raw) => raw.trimStart() };

/**
 * Another name for ldap_password; the last line of either counts. It is never written, only
 * replaced.
 */
const passwordAlias = "ldap_bind_pw";

/** The lines of the settings and of the alias by name; `null` = not set. */
type LdapLines = Readonly<Record<string, string | null>>;

/** What was there before the first change. It may hold a password. */
export interface LdapFileBefore {
  readonly lines: LdapLines;
  readonly unterminated: boolean;
  /** Owner, group and mode; `null` where there was no file. */
  readonly status: { readonly owner: string; readonly group: string; readonly mode: string } | null;
}

/** What is wrong with the file, without any secret; empty if it is right. */
export function ldapProblems(file: FileContent | null, ldap: LdapInputs, bindPassword: string | undefined): string[] {
  if (file === null) return ["it is not there"];
  const desired = ldapSettings(ldap, bindPassword);
  const complaints = differing(file.content, desired).map((key) =>
    key === "ldap_password"
      ? "the password of bindDn is another one"
      : `${key} is ${quoted(settingOf(file.content, key) ?? ldapDefaults[key])}`,
  );
  return isPrivate(file) ? complaints : [...complaints, `its mode is ${file.owner}:${file.group} ${file.mode}`];
}

/** The steps to the right file; empty if it is right. */
export function writeLdapFile(
  file: FileContent | null,
  ldap: LdapInputs,
  bindPassword: string | undefined,
): readonly Step[] {
  if (file === null)
    return [
      write(
        file,
        withLdapSettings(marked(Buffer.alloc(0)), ldap, bindPassword),
        `write ${ldapFilePath}: the directory to ask`,
      ),
    ];
  refuseUnreadable(file.content);
  const open = !isPrivate(file);
  const right = differing(file.content, ldapSettings(ldap, bindPassword)).length === 0;
  if (right && !open) return [];
  const content = withLdapSettings(marked(file.content), ldap, bindPassword);
  return [
    // First, because an existing file keeps its mode when it is written.
    ...(open ? [close(file)] : []),
    ...(file.content.equals(content) ? [] : [write(file, content, `set the directory in ${ldapFilePath}`)]),
  ];
}

export function rememberLdapFile(file: FileContent | null): LdapFileBefore {
  const content = file?.content ?? Buffer.alloc(0);
  const names = [...ldapKeys, passwordAlias];
  return {
    lines: Object.fromEntries(names.map((name) => [name, lineOf(content, name, ldapAssignments)])),
    unterminated: isUnterminated(content),
    status: file === null ? null : { owner: file.owner, group: file.group, mode: file.mode },
  };
}

/**
 * The steps that restore the file; none if it was never ours. An older version remembered nothing,
 * because there was no file then. Where somebody else has edited what `ldap` means, the file is
 * copied first, unless `isKnown` says that this program set it so earlier; without `ldap` nothing
 * tells what was ours.
 */
export function restoreLdapFile(
  file: FileContent | null,
  before: LdapFileBefore | undefined,
  ldap?: LdapInputs | undefined,
  bindPassword?: string | undefined,
  isKnown = false,
): readonly Step[] {
  if (file === null || !isOurs(file.content)) return [];
  const isEdited =
    !isKnown && ldap !== undefined && differing(file.content, ldapSettings(ldap, bindPassword)).length > 0;
  const copy = isEdited ? [keepCopy(ldapFilePath, "somebody else has edited the settings of the directory")] : [];
  const { lines, unterminated, status } = before ?? rememberLdapFile(null);
  const names = [...ldapKeys, passwordAlias];
  const reverted = withFirstEnd(
    file.content,
    names.reduce(
      (all, name) => withLine(all, name, lines[name] ?? null, ldapAssignments, ldapFilePath),
      withoutMarker(file.content),
    ),
    unterminated,
  );
  if (status === null && reverted.toString("latin1").trim() === "")
    return [...copy, { do: "remove", path: ldapFilePath, reason: `remove ${ldapFilePath}: it was not there before` }];
  return [
    ...copy,
    write(file, reverted, `put the settings of ${ldapFilePath} back`),
    ...(status === null || (file.mode === status.mode && file.owner === status.owner && file.group === status.group)
      ? []
      : [
          {
            do: "run",
            reason: `give ${ldapFilePath} back to ${status.owner}:${status.group} ${status.mode}`,
            script: sh`chown -- ${`${status.owner}:${status.group}`} ${ldapFilePath} && chmod -- ${status.mode} ${ldapFilePath}`,
          } as const,
        ]),
  ];
}

/** What each of our settings in the file means; `undefined` where the file was never ours. */
export function ldapMeanings(file: FileContent | null): readonly (string | null)[] | undefined {
  if (file === null || !isOurs(file.content)) return undefined;
  return ldapKeys.map((key) => meaning(key, settingOf(file.content, key) ?? ldapDefaults[key] ?? null));
}

/** The file with our settings. A setting that already means the same is left as written. */
function withLdapSettings(content: Buffer, ldap: LdapInputs, bindPassword: string | undefined): Buffer {
  const desired = ldapSettings(ldap, bindPassword);
  return differing(content, desired).reduce((all, key) => {
    const without = key === "ldap_password" ? withLine(all, passwordAlias, null, ldapAssignments, ldapFilePath) : all;
    // A default is written explicitly in place of another value, so that the line keeps its place.
    const value = desired[key] ?? ldapDefaults[key] ?? null;
    // The file is edited as latin1, so UTF-8 is split into its bytes first.
    return withSetting(without, key, value === null ? null : bytesOf(value), ldapAssignments, ldapFilePath);
  }, content);
}

/**
 * Adds the line that marks the settings as ours, also if only the mode was wrong, so that destroy
 * restores it.
 */
function marked(content: Buffer): Buffer {
  return isOurs(content) ? content : Buffer.concat([Buffer.from(`${marker}\n`), content]);
}

/** The settings whose meaning differs. */
function differing(content: Buffer, desired: Readonly<Record<LdapKey, string | null>>): LdapKey[] {
  return ldapKeys.filter((key) => {
    const should = desired[key] ?? ldapDefaults[key] ?? null;
    return meaning(key, settingOf(content, key) ?? ldapDefaults[key] ?? null) !== meaning(key, should);
  });
}

/**
 * Normalises a value. saslauthd reads a switch by its first letters (lak_config_switch in lak.c),
 * and ignores the case of a word.
 */
function meaning(key: LdapKey, value: string | null): string | null {
  if (value === null) return null;
  if (key === "ldap_start_tls" || key === "ldap_tls_check_peer") return /^(1|y|on|t)/.test(value) ? "yes" : "no";
  return key === "ldap_scope" || key === "ldap_auth_method" ? value.toLowerCase() : value;
}

function settingOf(content: Buffer, key: LdapKey): string | null {
  const value = settingIn(content, key === "ldap_password" ? passwordNameIn(content) : key, ldapAssignments);
  return value === null ? null : Buffer.from(value, "latin1").toString("utf8");
}

/** The name of the password that is in force. */
function passwordNameIn(content: Buffer): string {
  const names = content.toString("latin1").match(/^[ \t]*ldap_(?:password|bind_pw)(?=[ \t]*:)/gim);
  return names?.at(-1)?.trim().toLowerCase() ?? "ldap_password";
}

function bytesOf(text: string): string {
  return Buffer.from(text, "utf8").toString("latin1");
}

/** Whether the file holds settings of this program. */
export function isLdapFileOurs(file: FileContent | null): boolean {
  return file !== null && isOurs(file.content);
}

function isOurs(content: Buffer): boolean {
  return content.toString("latin1").split("\n").includes(marker);
}

function withoutMarker(content: Buffer): Buffer {
  return Buffer.from(content.toString("latin1").replace(`${marker}\n`, ""), "latin1");
}

/**
 * Whether only root can read the file. That suffices, because saslauthd starts as root on both
 * releases.
 */
function isPrivate({ owner, mode }: FileContent): boolean {
  return owner === "root" && (Number.parseInt(mode, 8) & 0o077) === 0;
}

function close({ owner, group, mode }: FileContent): Step {
  return {
    do: "run",
    reason: `let only root read ${ldapFilePath}: it is ${owner}:${group} ${mode}`,
    script: sh`chmod -- 600 ${ldapFilePath} && chown -- root:root ${ldapFilePath}`,
    undo: {
      // A mode that somebody else has set since is kept.
      script: sh`[ "$(stat -L -c '%U:%G %a' -- ${ldapFilePath} 2>/dev/null)" = 'root:root 600' ] || exit 0
chown -- ${`${owner}:${group}`} ${ldapFilePath} && chmod -- ${mode} ${ldapFilePath}`,
    },
  };
}

function write(file: FileContent | null, content: Buffer, reason: string): Step {
  return {
    do: "write",
    path: ldapFilePath,
    content,
    expected: file?.content,
    created: { owner: "root", group: "root", mode: "600" },
    reason,
  };
}

/**
 * One line that saslauthd cannot read makes it refuse every login, without a log entry
 * (lak_config_read; tested).
 */
function refuseUnreadable(content: Buffer): void {
  const rows = content.toString("latin1").split("\n");
  const at = rows.findIndex((row) => !/^\s*(#.*)?$/.test(row) && !/^\s*[A-Za-z0-9_-]+:\s*\S[^\r]*$/.test(row));
  if (at < 0) return;
  throw new Failure({
    code: "ldap-file-broken",
    tried: `change ${ldapFilePath}`,
    found: `saslauthd can not read line ${at + 1}: a line must be a name, a colon and a value, without a line ending of Windows`,
    left: ["nothing was changed"],
    next: `put line ${at + 1} right by hand, or a # before it (line endings of Windows: \`sed -i 's/\\r$//' ${ldapFilePath}\`), then run \`pulumi up\` again; with that line saslauthd refuses every login`,
  });
}

function quoted(value: string | undefined): string {
  return value === undefined ? "not set" : JSON.stringify(value);
}
