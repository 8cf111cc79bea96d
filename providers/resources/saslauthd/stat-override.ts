// Owner, group and mode of the directory that holds saslauthd's socket. `dpkg-statoverride` alone
// only registers them and creates no directory. saslauthd would create it with mode 0755 and
// a 0777 socket inside, through which every local user could test passwords. So the directory is
// created here, and both the registration and the disk are verified.
import { z } from "zod";
import { Failure } from "../../core/failure.ts";
import { sh } from "../../core/shell.ts";
import { groupExists, userExists } from "../../facts/account.ts";
import { type Override, statOverrideOf } from "../../facts/dpkg.ts";
import { entriesOf, firstMissingPart, openToAll, type PathStatus, statusOf } from "../../facts/file.ts";
import {
  daemonFiles,
  makeDirectory,
  overrideRow,
  registerOverride,
  registration,
  restoreDirectory,
  restoreDirectoryIfOurs,
} from "../../steps/stat-override.ts";
import type { Step } from "../../steps/step.ts";
import { define } from "../definition.ts";
import { absolutePath, accountName, fileMode } from "../inputs.ts";
import { accountAdvice } from "../packages/package-advice.ts";
import { defaultSocketDirectory } from "./socket-directory.ts";

export const statOverrideSchema = z.strictObject({
  /** The directory. If it is missing, it is created with its parents (root, 0755). */
  path: absolutePath.default(defaultSocketDirectory),
  /** A user of the host. */
  owner: accountName.default("root"),
  /** A group of the host. Its members can connect to saslauthd. */
  group: accountName.default("sasl"),
  /**
   * Octal. 710: root has full access, the group can reach the socket inside, and nobody else can.
   */
  mode: fileMode.default("710"),
});

/**
 * saslauthd makes its socket 0777, so the directory is the only protection (saslauthd(8) has no
 * option for either).
 */
const socketIsOpen = "every local user can test passwords through its socket";

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
   * and the host an earlier one. Missing where an older version of this program remembered.
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
        return key === "mode" && isOpenToAll ? `${directory.mode}: ${socketIsOpen}` : directory[key];
      if (override === null) return `${directory[key]} on the disk, no override registered`;
      return override[key] === inputs[key] ? inputs[key] : `${directory[key]} on the disk, ${override[key]} registered`;
    };
    return { path: inputs.path, owner: seen("owner"), group: seen("group"), mode: seen("mode") };
  },
  apply: (inputs, actual) => {
    const { path, owner, group, mode } = inputs;
    refuseUnusable(inputs, actual);
    const steps: Step[] = [];
    if (!same(actual.override, inputs)) steps.push(registerOverride(path, inputs, actual.override));
    if (!same(actual.directory, inputs)) {
      steps.push({
        do: "run",
        reason: `${actual.directory === null ? "make" : "correct"} ${path}: wanted ${owner}:${group} ${mode}, found ${describeFound(actual)}`,
        script: makeDirectory(path, inputs),
        undo: { script: restoreDirectoryIfOurs(path, inputs, actual) },
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
              : `the override ${overrideRow(path, override)} is left: somebody else has registered it since`,
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
      steps.push(registerOverride(path, before.override, actual.override));
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
        undo: { script: makeDirectory(path, now) },
      });
    }
    return steps;
  },
});

function describeFound({ directory, isOpenToAll }: Actual): string {
  if (directory === null) return "nothing";
  return `${directory.owner}:${directory.group} ${directory.mode}${isOpenToAll ? `, a security hole: ${socketIsOpen}` : ""}`;
}

function same(found: Override | PathStatus | null, desired: Override | PathStatus): boolean {
  return found?.owner === desired.owner && found.group === desired.group && found.mode === desired.mode;
}

/**
 * Whether this resource has set it. Where an older version of this program remembered, nothing
 * tells, and it counts as set.
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

/** What is remembered, with more that this resource has set. */
function withSet(earlier: Before, more: readonly Override[]): Before {
  const { set } = earlier;
  const others = set === undefined ? [] : more.filter((coming) => !set.some((one) => same(coming, one)));
  return set === undefined || others.length === 0 ? earlier : { ...earlier, set: [...set, ...others] };
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
