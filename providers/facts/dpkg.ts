// Facts of dpkg: which packages are installed, and the registered overrides of owner, group and
// mode.
import { sh } from "../core/shell.ts";
import { type Answer, type Fact, textOf, unreadable } from "./fact.ts";

/**
 * Installed packages: name → version, without half-installed and removed-but-configured ones. A
 * package of a foreign architecture has the architecture in its name ("libsasl2-2:i386"), because
 * it does not replace the native one.
 */
export type InstalledPackages = Readonly<Record<string, string>>;

export const installedPackages: Fact<InstalledPackages> = {
  name: "the installed packages (dpkg-query)",
  question: sh`dpkg-query -W -f '\${Package}\t\${db:Status-Status}\t\${Version}\t\${Architecture}\n'`,
  parse: (answer) =>
    Object.fromEntries(
      packagesIn(answer)
        .filter(({ status }) => status === "installed")
        .map(({ name, version }) => [name, version]),
    ),
};

/** The names of packages that are on the host and that dpkg has not finished, as half-configured. */
export const unfinishedPackages: Fact<readonly string[]> = {
  ...installedPackages,
  parse: (answer) =>
    packagesIn(answer)
      .filter(({ status }) => !["installed", "not-installed", "config-files"].includes(status))
      .map(({ name }) => name),
};

function packagesIn(answer: Answer) {
  const rows = textOf(installedPackages.name, answer)
    .split("\n")
    .map((row) => row.split("\t"));
  const own = [undefined, "all", rows.find(([name]) => name === "dpkg")?.[3]];
  return rows.map(([name = "", status = "", version = "", architecture]) => ({
    name: own.includes(architecture) ? name : `${name}:${architecture}`,
    status,
    version,
  }));
}

/** One line of `dpkg-statoverride --list`; mode without a leading zero, as dpkg prints it. */
export interface Override {
  readonly owner: string;
  readonly group: string;
  readonly mode: string;
}

const overridesName = "the overrides (dpkg-statoverride)";

/**
 * All registered overrides, by path. `--list` exits with 1 when there is none
 * (dpkg-statoverride(1)).
 */
export const statOverrides: Fact<Readonly<Record<string, Override>>> = {
  name: overridesName,
  question: sh`dpkg-statoverride --list`,
  parse: (answer) => {
    if (answer.code === 1 && answer.stderr.trim() === "") return {};
    const rows = textOf(overridesName, answer).split("\n");
    return Object.fromEntries(
      rows.map((row) => {
        const [, owner, group, mode, path] = /^(\S+) (\S+) (\d+) (.+)$/.exec(row) ?? [];
        if (owner === undefined || group === undefined || mode === undefined || path === undefined)
          throw unreadable(overridesName, answer);
        return [path, { owner, group, mode }];
      }),
    );
  },
};

/** The override registered for exactly this path, or `null`. */
export function statOverrideOf(path: string): Fact<Override | null> {
  return { ...statOverrides, parse: (answer) => statOverrides.parse(answer)[path] ?? null };
}
