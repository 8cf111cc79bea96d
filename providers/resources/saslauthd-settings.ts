// /etc/default/saslauthd: the settings that this program decides on, read, compared and written one by one.
import { isDeepStrictEqual } from "node:util";
import { lineOf, settingIn, shellAssignments, withLine } from "../facts/assignments.ts";
import { withFirstEnd } from "../facts/line-ending.ts";
import { parseSaslauthdOptions } from "../facts/saslauthd.ts";
import { Failure } from "../steps/failure.ts";

export const defaultPath = "/etc/default/saslauthd";

/** Debian 13's own unit; absent on 12, where systemd makes one from the sysv script. */
export const nativeUnitPath = "/usr/lib/systemd/system/saslauthd.service";

/** The lines of the settings by name, as they are written; `null` = not set. */
export type SaslauthdSettings = Readonly<Record<SettingName, string | null>>;

const settingNames = ["START", "MECHANISMS", "MECH_OPTIONS", "THREADS", "OPTIONS"] as const;
type SettingName = (typeof settingNames)[number];

/** What the file should say. */
export interface WantedSettings {
  readonly socketDirectory: string;
  readonly mechanism: string;
  readonly cache: boolean;
  readonly realmInLogin: boolean;
  /** What -O says; `null` = nothing. */
  readonly mechanismOption: string | null;
  readonly threads: number;
  /** Further options, each with its value. */
  readonly others: readonly string[];
}

/** What the file says, with OPTIONS taken apart. */
export interface FoundSettings {
  readonly socketDirectory: string | null;
  readonly mechanism: string | null;
  readonly cache: boolean;
  readonly realmInLogin: boolean;
  readonly mechanismOption: string | null;
  readonly threads: number | null;
  /** Options that are not ours. */
  readonly others: readonly string[];
  /** What the sysv script asks for before it starts anything; `null` = START is not set. */
  readonly start: string | null;
}

/**
 * What the daemon gets is MECH_OPTIONS and then OPTIONS, each cut into words at its white space. The sysv script of Debian 12 writes the
 * -O in front of MECH_OPTIONS, the unit of Debian 13 does not (ExecStart in saslauthd.service).
 */
export function readSettings(content: Buffer, sysv: boolean): FoundSettings {
  const mechanismOptions = wordsOf(setting(content, "MECH_OPTIONS"));
  const prefix = sysv && mechanismOptions.length > 0 ? ["-O"] : [];
  const options = parseSaslauthdOptions([...prefix, ...mechanismOptions, ...wordsOf(setting(content, "OPTIONS"))]);
  const threads = setting(content, "THREADS");
  return {
    socketDirectory: options.socketDirectory,
    mechanism: setting(content, "MECHANISMS"),
    cache: options.cache,
    realmInLogin: options.realmInLogin,
    mechanismOption: options.mechanismOption,
    threads: threads === null || threads === "" ? null : Number(threads),
    others: options.others,
    start: setting(content, "START"),
  };
}

/** The file with our settings; a setting that already means the same is left as it is written. START only where the sysv script asks for it. */
export function withSettings(content: Buffer, wanted: WantedSettings, sysv: boolean): Buffer {
  const found = readSettings(content, sysv);
  const { socketDirectory, cache, realmInLogin, mechanismOption } = wanted;
  const sameOptions =
    isPlain(content, "OPTIONS") &&
    found.socketDirectory === socketDirectory &&
    found.cache === cache &&
    found.realmInLogin === realmInLogin &&
    found.mechanismOption === mechanismOption &&
    isDeepStrictEqual(found.others, wanted.others);
  const options = [
    ...(cache ? ["-c"] : []),
    ...(realmInLogin ? ["-r"] : []),
    ...(mechanismOption === null ? [] : ["-O", mechanismOption]),
    ...["-m", socketDirectory],
    ...wanted.others,
  ];
  const changes: Partial<Record<SettingName, string>> = {
    ...(sysv && found.start !== "yes" ? { START: "yes" } : {}),
    ...(found.mechanism === wanted.mechanism && isPlain(content, "MECHANISMS") ? {} : { MECHANISMS: wanted.mechanism }),
    ...(found.threads === wanted.threads && isPlain(content, "THREADS") ? {} : { THREADS: String(wanted.threads) }),
    ...(sameOptions ? {} : { OPTIONS: options.join(" ") }),
    // all options stand in OPTIONS, which both releases read alike
    ...(sameOptions || wordsOf(setting(content, "MECH_OPTIONS")).length === 0 ? {} : { MECH_OPTIONS: "" }),
  };
  // the lines as such: a value that reads alike here may be written in a way that does not
  return Object.entries(changes).reduce(
    (file, [name, value]) => withLine(file, name, shellAssignments.write(name, value), shellAssignments),
    content,
  );
}

/** The sysv script is a shell: to it the CR of a CRLF is part of the value, so `START="yes"` starts nothing. systemd takes it for a line end. */
export function refuseCarriageReturns(path: string, content: Buffer): void {
  const rows = content.toString("latin1").split("\n");
  const at = rows.findIndex((row) => row.endsWith("\r"));
  if (at < 0) return;
  throw new Failure({
    tried: `set the options in ${path}`,
    found: `line ${at + 1} ends with CRLF: ${(rows[at] ?? "").trimEnd()}`,
    left: "nothing was changed",
    next: `the sysv script reads such a value with the carriage return in it: sed -i 's/\\r$//' ${path}`,
  });
}

/** The lines of our settings, for the undo: the spelling and the comments of a hand come back too. */
export function rememberSettings(content: Buffer): SaslauthdSettings {
  return Object.fromEntries(
    settingNames.map((name) => [name, lineOf(content, name, shellAssignments)]),
  ) as SaslauthdSettings;
}

/** The file with the remembered lines. An older version of this program had no eye on MECH_OPTIONS, so it may be missing. */
export function restoreSettings(content: Buffer, before: Partial<SaslauthdSettings>, unterminated: boolean): Buffer {
  const restored = settingNames.reduce((file, name) => {
    const line = before[name];
    return line === undefined ? file : withLine(file, name, line, shellAssignments);
  }, content);
  return withFirstEnd(content, restored, unterminated);
}

/**
 * Whether a shell and systemd read the same value: systemd has no comments behind a value (systemd.exec(5), EnvironmentFile), so that
 * `THREADS=9 # many` would become the argument "9 # many".
 */
function isPlain(content: Buffer, name: SettingName): boolean {
  const line = lineOf(content, name, shellAssignments);
  return line === null || /^[^=]*=\s*("[^"]*"|'[^']*'|[^\s#"'`\\]*)\s*$/.test(line);
}

function setting(content: Buffer, name: SettingName): string | null {
  return settingIn(content, name, shellAssignments);
}

function wordsOf(value: string | null): string[] {
  return (value ?? "").split(/\s+/).filter((word) => word !== "");
}
