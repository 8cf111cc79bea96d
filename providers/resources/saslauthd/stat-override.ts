// Owner, group and mode of the directory that holds saslauthd's socket. `dpkg-statoverride` alone
// only registers them and creates no directory. saslauthd would create it with mode 0755 and
// a 0777 socket inside, through which every local user could test passwords. So the directory is
// created here, and both the registration and the disk are verified.
import { z } from "zod";
import { Failure } from "../../core/failure.ts";
import { type ShellText, sh } from "../../core/shell.ts";
import { groupExists, userExists } from "../../facts/account.ts";
import { type Override, statOverrideOf } from "../../facts/dpkg.ts";
import { entriesOf, firstMissingPart, openToAll, type PathStatus, statusOf } from "../../facts/file.ts";
import type { Step } from "../../steps/step.ts";
import { define } from "../definition.ts";
import { absolutePath, accountName, fileMode } from "../inputs.ts";
import { accountAdvice } from "../packages/package-advice.ts";

export const statOverrideSchema = z.strictObject({
  /** The directory. If it is missing, it is created with its parents (root, 0755). */
  path: absolutePath.default("/var/spool/postfix/var/run/saslauthd"),
  /** A user of the host. */
  owner: accountName.default("root"),
  /** A group of the host. Its members can connect to saslauthd. */
  group: accountName.default("sasl"),
  /**
   * Octal. 710: root has full access, the group can reach the socket inside, and nobody else can.
   */
  mode: fileMode.default("710"),
});

/** The files that saslauthd leaves in its directory. */
const daemonFiles = ["mux", "mux.accept", "saslauthd.pid", "saslauthd.pid.lock", "cache.mmap", "cache.flock"];

/**
 * saslauthd makes its socket 0777, so the directory is the only protection (saslauthd(8) has no
 * option for either).
 */
const hole = "every local user can test passwords through its socket";

interface Actual {
  readonly override: Override | null;
  readonly directory: PathStatus | null;
  readonly missingFrom: string | null;
  /** The names in the directory. */
  readonly entries: readonly string[];
  /** Whether every local user can connect to saslauthd through the socket in it. */
  readonly isOpenToAll: boolean;
  readonly owner: boolean;
  readonly group: boolean;
}

interface Before {
  readonly override: Override | null;
  readonly directory: PathStatus | null;
  /**
   * The first part of the path that did not exist, so that destroy also removes the parents that
   * were created.
   */
  readonly missingFrom: string | null;
  /**
   * All that this resource has ever set here: after a roll-back the state has the last desired value
   * and the host an earlier one. Missing in the records of older versions.
   */
  readonly set?: readonly Override[];
}

export const statOverride = define<typeof statOverrideSchema, Actual, Before>({
  kind: "StatOverride",
  schema: statOverrideSchema,
  replacedBy: ["path"],
  id: ({ path }) => path,
  inspect: ({ path, owner, group }) => ({
    override: statOverrideOf(path),
    directory: statusOf(path),
    missingFrom: firstMissingPart(path),
    entries: entriesOf(path),
    isOpenToAll: openToAll(`${path}/mux`),
    owner: userExists(owner),
    group: groupExists(group),
  }),
  observe: (inputs, { override, directory, isOpenToAll }) => {
    if (override === null && directory === null) return undefined;
    const seen = (key: "owner" | "group" | "mode") => {
      if (directory === null) return "no directory";
      if (directory[key] !== inputs[key])
        return key === "mode" && isOpenToAll ? `${directory.mode}: ${hole}` : directory[key];
      if (override === null) return `${directory[key]} on the disk, no override registered`;
      return override[key] === inputs[key] ? inputs[key] : `${directory[key]} on the disk, ${override[key]} registered`;
    };
    return { path: inputs.path, owner: seen("owner"), group: seen("group"), mode: seen("mode") };
  },
  apply: (inputs, actual) => {
    const { path, owner, group, mode } = inputs;
    refuseUnusable(inputs, actual);
    const steps: Step[] = [];
    if (!same(actual.override, inputs)) steps.push(register(path, inputs, actual.override));
    if (!same(actual.directory, inputs)) {
      steps.push({
        do: "run",
        reason: `${actual.directory === null ? "make" : "correct"} ${path}: wanted ${owner}:${group} ${mode}, found ${describeFound(actual)}`,
        script: make(path, inputs),
        undo: { script: rollback(path, inputs, actual) },
      });
    }
    return steps;
  },
  remember: ({ override, directory, missingFrom }, _after, { owner, group, mode }) => ({
    override,
    directory,
    missingFrom,
    set: [{ owner, group, mode }],
  }),
  intend: (earlier, _actual, { owner, group, mode }) => withSet(earlier, [{ owner, group, mode }]),
  join: (onHost, { set = [] }) => withSet(onHost, set),
  extend: (earlier, _actual, { override }) => withSet(earlier, override === null ? [] : [override]),
  leaves: ({ path }, { override, directory, entries }, before) => {
    const others = entries.filter((entry) => !daemonFiles.includes(entry));
    return [
      ...(isOurs(override, before) || isOverrideBack(override, before)
        ? []
        : [
            override === null
              ? `the override of ${path} is left out: somebody else has taken it out since`
              : `the override ${row(path, override)} is left: somebody else has registered it since`,
          ]),
      ...(directory === null || isOurs(directory, before) || isBack(directory, entries, before.directory)
        ? []
        : [
            `${path} is left with ${directory.owner}:${directory.group} ${directory.mode}: somebody else has set that since`,
          ]),
      ...(directory !== null && before.directory === null && others.length > 0
        ? [`${path} is left: somebody else has put ${others.join(" and ")} there`]
        : []),
    ];
  },
  // An override or mode that somebody else has set since is kept.
  remove: ({ path }, actual, before) => {
    const steps: Step[] = [];
    const registered = isOurs(actual.override, before);
    if (before.override === null && actual.override !== null && registered) {
      steps.push({
        do: "run",
        reason: `take the override of ${path} out: there was none before`,
        script: sh`dpkg-statoverride --remove ${path}`,
        undo: { script: registration(path, actual.override) },
      });
    }
    if (before.override !== null && registered && !same(actual.override, before.override))
      steps.push(register(path, before.override, actual.override));
    const { directory: now } = actual;
    if (now !== null && isOurs(now, before) && !isBack(now, actual.entries, before.directory)) {
      const { directory } = before;
      const was =
        directory === null ? "it was not there" : `it was ${directory.owner}:${directory.group} ${directory.mode}`;
      const what = directory === null ? (before.missingFrom ?? path) : path;
      steps.push({
        do: "run",
        reason: `put ${what} back: ${was}`,
        script: restoreDirectory(path, before),
        undo: { script: make(path, now) },
      });
    }
    return steps;
  },
});

function describeFound({ directory, isOpenToAll }: Actual): string {
  if (directory === null) return "nothing";
  return `${directory.owner}:${directory.group} ${directory.mode}${isOpenToAll ? `, a security hole: ${hole}` : ""}`;
}

function same(found: Override | PathStatus | null, desired: Override | PathStatus): boolean {
  return found?.owner === desired.owner && found.group === desired.group && found.mode === desired.mode;
}

/**
 * Whether this resource has set it. The record of an older version does not tell, and counts as
 * yes.
 */
function isOurs(found: Override | PathStatus | null, { set }: Before): boolean {
  return set === undefined || set.some((one) => same(found, one));
}

function isOverrideBack(found: Override | null, { override }: Before): boolean {
  return override === null ? found === null : same(found, override);
}

/**
 * Whether the directory is as before. If it did not exist before, it may stay once it holds only
 * files of others.
 */
function isBack(found: PathStatus, entries: readonly string[], before: PathStatus | null): boolean {
  if (before !== null) return same(found, before);
  return entries.length > 0 && !entries.some((entry) => daemonFiles.includes(entry));
}

function register(path: string, desired: Override, found: Override | null): Step {
  const was = found === null ? "none is registered" : `${found.owner} ${found.group} ${found.mode} is registered`;
  return {
    do: "run",
    reason: `register the override ${desired.owner} ${desired.group} ${desired.mode} of ${path}: ${was}`,
    script: registration(path, desired),
    undo: { script: registrationBack(path, desired, found) },
  };
}

/** An existing override is not an error, but it is removed first: --add alone would refuse. */
function registration(path: string, { owner, group, mode }: Override): ShellText {
  return sh`if dpkg-statoverride --list ${path} >/dev/null; then dpkg-statoverride --remove ${path} || exit 1; fi
dpkg-statoverride --add ${owner} ${group} ${mode} ${path}`;
}

/** An override that somebody else has registered since is kept. */
function registrationBack(path: string, ours: Override, before: Override | null): ShellText {
  const back = before === null ? sh`dpkg-statoverride --remove ${path}` : registration(path, before);
  const was = before === null ? "" : row(path, before);
  return sh`now=$(dpkg-statoverride --list ${path})
case $now in
  ${row(path, ours)}) ;;
  ${was}) exit 0 ;;
  *) echo "kept: the override $now, which somebody else has registered since"; exit 0 ;;
esac
${back}`;
}

/** The record with more that this resource has set. */
function withSet(earlier: Before, more: readonly Override[]): Before {
  const { set } = earlier;
  const others = set === undefined ? [] : more.filter((coming) => !set.some((one) => same(coming, one)));
  return set === undefined || others.length === 0 ? earlier : { ...earlier, set: [...set, ...others] };
}

function row(path: string, { owner, group, mode }: Override): string {
  return `${owner} ${group} ${mode} ${path}`;
}

/** Restores the earlier directory, unless somebody else has changed it since. */
function rollback(path: string, ours: Override, before: Before): ShellText {
  const { directory } = before;
  const was = directory === null ? "" : `${directory.owner}:${directory.group} ${directory.mode}`;
  return sh`if [ ! -d ${path} ]; then exit 0; fi
now=$(stat -L -c '%U:%G %a' -- ${path})
case $now in
  ${`${ours.owner}:${ours.group} ${ours.mode}`}) ;;
  ${was}) exit 0 ;;
  *) echo "kept: owner and mode $now of "${path}", which somebody else has set since"; exit 0 ;;
esac
${restoreDirectory(path, before)}`;
}

/** Creates the parents separately: `install -d` would give them the group too. */
function make(path: string, { owner, group, mode }: Override): ShellText {
  const parent = path.slice(0, path.lastIndexOf("/")) || "/";
  return sh`mkdir -p -- ${parent} && install -d -o ${owner} -g ${group} -m ${mode} -- ${path}`;
}

/**
 * Restores the directory. If there was none, it is removed with the files of saslauthd, unless it
 * holds other files.
 */
function restoreDirectory(path: string, { directory, missingFrom }: Before): ShellText {
  if (directory !== null) {
    return sh`chown -- ${`${directory.owner}:${directory.group}`} ${path} && chmod -- ${directory.mode} ${path}`;
  }
  return sh`cd ${path} && rm -f -- ${daemonFiles} && cd / || exit 1
p=${path}
while rmdir -- "$p" 2>/dev/null && [ "$p" != ${missingFrom ?? path} ]; do p=\${p%/*}; done
:`;
}

function refuseUnusable({ path, owner, group }: z.infer<typeof statOverrideSchema>, actual: Actual): void {
  const missing = [actual.owner ? [] : [`the user ${owner}`], actual.group ? [] : [`the group ${group}`]].flat();
  if (missing.length > 0) {
    throw new Failure({
      code: "package-missing",
      tried: `give ${path} to ${owner}:${group}`,
      found: `${missing.join(" and ")} does not exist on the host`,
      left: ["nothing was changed"],
      next: actual.group ? accountAdvice("user", owner) : accountAdvice("group", group),
    });
  }
  if (actual.directory !== null && actual.directory.type !== "directory") {
    throw new Failure({
      code: "path-occupied",
      tried: `make the directory ${path}`,
      found: `a ${actual.directory.type} is in its place`,
      left: ["nothing was changed"],
      next: "move it away by hand; this program does not remove what it did not make",
    });
  }
}
