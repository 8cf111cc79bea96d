// Step 1: the packages. One apt transaction; what destroy removes is exactly what that transaction brought.
import { z } from "zod";
import { type InstalledPackages, installedPackages } from "../facts/dpkg.ts";
import { type Leftovers, leftovers, swept } from "../facts/leftovers.ts";
import { queueDirectory } from "../facts/postconf.ts";
import { release } from "../facts/release.ts";
import { aptInstall, aptPurge } from "../steps/apt.ts";
import { sh } from "../steps/shell.ts";
import type { Step } from "../steps/step.ts";
import { define } from "./definition.ts";
import { packageName } from "./inputs.ts";

export const defaultPackages = ["libsasl2-modules", "sasl2-bin", "postfix"];

export const saslPackageSchema = z.strictObject({
  /**
   * The packages to have. A package that another one would have to give way to is not replaced silently: the run stops
   * and names what apt would remove.
   */
  packages: z.array(packageName).min(1).max(100).default(defaultPackages),
});

interface Actual {
  readonly installed: InstalledPackages;
  readonly leftovers: Leftovers;
  readonly release: string;
  readonly queueDirectory: string;
}

/** What came with our transactions: packages with their dependencies, and what their scripts made. */
interface Before {
  readonly packages: readonly string[];
  readonly leftovers: Leftovers;
  /** All that was there before a transaction whose end was not seen: a run that was killed in the middle of apt. */
  readonly from?: Actual;
}

export const saslPackage = define<typeof saslPackageSchema, Actual, Before>({
  kind: "SaslPackage",
  foundation: true,
  schema: saslPackageSchema,
  replacedBy: [],
  id: () => "packages",
  inspect: () => ({ installed: installedPackages, leftovers, release, queueDirectory }),
  observe: (inputs, { installed }) => ({ packages: inputs.packages.filter((name) => installed[name] !== undefined) }),
  apply: (inputs, { installed }) => {
    const missing = inputs.packages.filter((name) => installed[name] === undefined);
    return missing.length === 0 ? [] : [aptInstall(missing)];
  },
  remember: broughtBy,
  prepare: (actual) => ({ ...broughtBy(actual, actual), from: actual }),
  extend: (earlier, actual, after) => both(earlier, broughtBy(earlier.from ?? actual, after)),
  report: (inputs, { installed, release, queueDirectory }) => ({
    release,
    queueDirectory,
    versions: Object.fromEntries(
      inputs.packages.flatMap((name) => (installed[name] === undefined ? [] : [[name, installed[name]]])),
    ),
  }),
  remove: (_inputs, actual, remembered) => {
    const { from } = remembered;
    const before = from === undefined ? remembered : both(remembered, broughtBy(from, actual));
    const ours = before.packages.filter((name) => actual.installed[name] !== undefined);
    // a purge that was killed half-way may have left only what a purge leaves
    return [...(ours.length === 0 ? [] : [aptPurge(ours)]), ...sweep(actual.leftovers, before.leftovers)];
  },
});

function broughtBy(actual: Actual, after: Actual): Before {
  const now = after.leftovers;
  const was = actual.leftovers;
  return {
    packages: Object.keys(after.installed).filter((name) => actual.installed[name] === undefined),
    leftovers: {
      users: now.users.filter((name) => !was.users.includes(name)),
      groups: now.groups.filter((name) => !was.groups.includes(name)),
      overrides: now.overrides.filter((path) => !was.overrides.includes(path)),
      files: Object.fromEntries(Object.entries(now.files).filter(([path]) => was.files[path] === undefined)),
    },
  };
}

function both(one: Before, other: Before): Before {
  const union = (left: readonly string[], right: readonly string[]) => [...new Set([...left, ...right])];
  return {
    packages: union(one.packages, other.packages),
    leftovers: {
      users: union(one.leftovers.users, other.leftovers.users),
      groups: union(one.leftovers.groups, other.leftovers.groups),
      overrides: union(one.leftovers.overrides, other.leftovers.overrides),
      files: { ...one.leftovers.files, ...other.leftovers.files },
    },
  };
}

/** A file that was edited since stays: it is somebody's work. */
function sweep(found: Leftovers, brought: Leftovers): Step[] {
  const files = Object.keys(brought.files).filter((path) => found.files[path] === brought.files[path]);
  const folders = swept.filter((folder) => folder !== "/etc" && files.some((path) => path.startsWith(`${folder}/`)));
  const overrides = brought.overrides.filter((path) => found.overrides.includes(path));
  const users = brought.users.filter((name) => found.users.includes(name));
  const groups = brought.groups.filter((name) => found.groups.includes(name));
  const names = [
    ...users.map((user) => `user ${user}`),
    ...groups.map((group) => `group ${group}`),
    ...overrides.map((path) => `override of ${path}`),
    ...files,
  ];
  if (names.length === 0) return [];
  return [
    {
      do: "run",
      reason: `remove what the purged packages left: ${names.join(", ")}`,
      script: sh`for user in ${users}; do if getent passwd "$user" >/dev/null; then userdel -- "$user" || exit 1; fi; done
for group in ${groups}; do if getent group "$group" >/dev/null; then groupdel -- "$group" || exit 1; fi; done
for path in ${overrides}; do if dpkg-statoverride --list "$path" >/dev/null; then dpkg-statoverride --remove "$path" || exit 1; fi; done
for file in ${files}; do if [ -e "$file" ] && ! dpkg -S "$file" >/dev/null 2>&1; then rm -f -- "$file"; fi; done
for folder in ${folders}; do if [ -d "$folder" ]; then rmdir --ignore-fail-on-non-empty -- "$folder"; fi; done`,
    },
  ];
}
