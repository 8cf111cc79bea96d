// What maintainer scripts make and a purge leaves behind: system accounts, overrides (/etc/sasldb2), and files that belong to no package
// (Postfix: /etc/aliases, /etc/mailname; since Debian 14 main.cf and master.cf too). Looked at before and after an installation, so that
// the undo is exact.
import { lines, sh } from "../steps/shell.ts";
import { type Fact, textOf, unreadable } from "./fact.ts";

export interface Leftovers {
  readonly users: readonly string[];
  readonly groups: readonly string[];
  /** Paths with an override of owner and mode. */
  readonly overrides: readonly string[];
  /** Path → SHA-256 of the content. */
  readonly files: Readonly<Record<string, string>>;
}

/** Folders whose files are looked at; not what is in folders in them. */
export const swept = ["/etc", "/etc/postfix"];

const name = "local accounts, overrides and the files in /etc";

/** An account that is not seen here counts as brought by us later, and is removed: half a list must not pass for a whole one. */
export const leftovers: Fact<Leftovers> = {
  name,
  question: lines(
    sh`set -e`,
    sh`sed 's/:.*//; s/^/user /' /etc/passwd`,
    sh`sed 's/:.*//; s/^/group /' /etc/group`,
    // 1 = there is no override (dpkg-statoverride(1))
    sh`dpkg-statoverride --list || [ $? -eq 1 ]`,
    sh`for folder in ${swept}; do if [ -d "$folder" ]; then set -- "$@" "$folder"; fi; done`,
    sh`find "$@" -maxdepth 1 -type f -exec sha256sum -- {} +`,
  ),
  parse: (answer) => {
    const rows = textOf(name, answer).split("\n");
    const named = (kind: string) => rows.filter((row) => row.startsWith(kind)).map((row) => row.slice(kind.length));
    const files = rows.flatMap((row) => {
      const file = /^([0-9a-f]{64}) {2}(.+)$/.exec(row);
      return file === null ? [] : [[file[2] ?? "", file[1] ?? ""] as const];
    });
    const [users, groups] = [named("user "), named("group ")];
    const overrides = rows.flatMap((row) => /^\S+ \S+ \d+ (\/.*)$/.exec(row)?.[1] ?? []);
    if (![users, groups].every((names) => names.includes("root"))) throw unreadable(name, answer);
    return { users, groups, overrides, files: Object.fromEntries(files) };
  },
};
