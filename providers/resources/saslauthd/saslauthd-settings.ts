// /etc/default/saslauthd: the settings that this program decides on, each read, compared and
// written on its own.
import { isDeepStrictEqual } from "node:util";
import { Failure } from "../../core/failure.ts";
import { lineOf, settingIn, shellAssignments, withLine } from "../../facts/assignments.ts";
import { withFirstEnd } from "../../facts/line-ending.ts";
import { parseSaslauthdOptions } from "../../facts/saslauthd.ts";

export const defaultPath = "/etc/default/saslauthd";

/**
 * Debian 13's native unit; absent on Debian 12, where systemd generates one from the sysv script.
 */
export const nativeUnitPath = "/usr/lib/systemd/system/saslauthd.service";

/** The lines of the settings by name, as written; `null` = not set. */
export type SaslauthdSettings = Readonly<Record<SettingName, string | null>>;

const settingNames = ["START", "MECHANISMS", "MECH_OPTIONS", "THREADS", "OPTIONS"] as const;
type SettingName = (typeof settingNames)[number];

export interface DesiredSettings {
  readonly socketDirectory: string;
  readonly mechanism: string;
  readonly cache: boolean;
  readonly realmInLogin: boolean;
  /** The value of -O; `null` = none. */
  readonly mechanismOption: string | null;
  readonly threads: number;
  /** Further options, each with its value. */
  readonly others: readonly string[];
}

/** The settings in the file, with OPTIONS parsed. */
export interface FoundSettings {
  readonly socketDirectory: string | null;
  readonly mechanism: string | null;
  readonly cache: boolean;
  readonly realmInLogin: boolean;
  readonly mechanismOption: string | null;
  readonly threads: number | null;
  /** Options that this program does not decide on. */
  readonly others: readonly string[];
  /**
   * The setting that the sysv script checks before it starts anything; `null` = START is not set.
   */
  readonly start: string | null;
}

/**
 * The daemon gets MECH_OPTIONS and then OPTIONS, each split into words at white space. The sysv
 * script of Debian 12 writes -O in front of MECH_OPTIONS; the unit of Debian 13 does not (ExecStart
 * in saslauthd.service). `byScript`: that script starts the daemon, so there is no native unit.
 */
export function readSettings(content: Buffer, byScript: boolean): FoundSettings {
  const mechanismOptions = optionWords(setting(content, "MECH_OPTIONS"));
  const prefix = byScript && mechanismOptions.length > 0 ? ["-O"] : [];
  const options = parseSaslauthdOptions([...prefix, ...mechanismOptions, ...optionWords(setting(content, "OPTIONS"))]);
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

/**
 * The file with our settings. A setting that already means the same is left as written. START is
 * written only where the sysv script checks it (`startCounts`). `path` is for messages.
 */
export function withSettings(content: Buffer, desired: DesiredSettings, startCounts: boolean, path: string): Buffer {
  const found = readSettings(content, startCounts);
  const { socketDirectory, cache, realmInLogin, mechanismOption } = desired;
  const sameOptions =
    isPlain(content, "OPTIONS") &&
    found.socketDirectory === socketDirectory &&
    found.cache === cache &&
    found.realmInLogin === realmInLogin &&
    found.mechanismOption === mechanismOption &&
    isDeepStrictEqual(found.others, desired.others);
  const options = [
    ...(cache ? ["-c"] : []),
    ...(realmInLogin ? ["-r"] : []),
    ...(mechanismOption === null ? [] : ["-O", mechanismOption]),
    ...["-m", socketDirectory],
    ...desired.others,
  ];
  const changes: Partial<Record<SettingName, string>> = {
    ...(startCounts && found.start !== "yes" ? { START: "yes" } : {}),
    ...(found.mechanism === desired.mechanism && isPlain(content, "MECHANISMS")
      ? {}
      : { MECHANISMS: desired.mechanism }),
    ...(found.threads === desired.threads && isPlain(content, "THREADS") ? {} : { THREADS: String(desired.threads) }),
    ...(sameOptions ? {} : { OPTIONS: options.join(" ") }),
    // All options go into OPTIONS, which both releases read alike.
    ...(sameOptions || optionWords(setting(content, "MECH_OPTIONS")).length === 0 ? {} : { MECH_OPTIONS: "" }),
  };
  // Whole lines are written: a value that this parser reads alike may mean something else to a shell.
  return Object.entries(changes).reduce(
    (file, [name, value]) => withLine(file, name, shellAssignments.write(name, value), shellAssignments, path),
    content,
  );
}

/**
 * The sysv script is a shell script, which treats the CR of a CRLF as part of the value, so
 * `START="yes"` starts nothing. systemd treats it as a line end.
 */
export function refuseCarriageReturns(path: string, content: Buffer): void {
  const rows = content.toString("latin1").split("\n");
  const at = rows.findIndex((row) => row.endsWith("\r"));
  if (at < 0) return;
  throw new Failure({
    code: "settings-file-crlf",
    tried: `set the options in ${path}`,
    found: `line ${at + 1} ends with CRLF: ${(rows[at] ?? "").trimEnd()}`,
    left: ["nothing was changed"],
    next: `take the carriage returns out, which the start script takes for a part of each value: \`sed -i 's/\\r$//' ${path}\`, then run \`pulumi up\` again`,
  });
}

/** The lines of our settings, for destroy: their spelling and comments are restored too. */
export function rememberSettings(content: Buffer): SaslauthdSettings {
  return Object.fromEntries(
    settingNames.map((name) => [name, lineOf(content, name, shellAssignments)]),
  ) as SaslauthdSettings;
}

/**
 * The file with the remembered lines. An older version of this program did not remember
 * MECH_OPTIONS, so it may be missing.
 */
export function restoreSettings(
  content: Buffer,
  before: Partial<SaslauthdSettings>,
  unterminated: boolean,
  path: string,
): Buffer {
  const restored = settingNames.reduce((file, name) => {
    const line = before[name];
    return line === undefined ? file : withLine(file, name, line, shellAssignments, path);
  }, content);
  return withFirstEnd(content, restored, unterminated);
}

/**
 * Whether a shell and systemd read the same value. systemd has no comments behind a value
 * (systemd.exec(5), EnvironmentFile), so `THREADS=9 # many` would become the argument "9 # many".
 */
function isPlain(content: Buffer, name: SettingName): boolean {
  const line = lineOf(content, name, shellAssignments);
  return line === null || /^[^=]*=\s*("[^"]*"|'[^']*'|[^\s#"'`\\]*)\s*$/.test(line);
}

function setting(content: Buffer, name: SettingName): string | null {
  return settingIn(content, name, shellAssignments);
}

function optionWords(value: string | null): string[] {
  return (value ?? "").split(/\s+/).filter((word) => word !== "");
}
