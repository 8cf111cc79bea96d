// What maintainer scripts make and a purge leaves behind: system accounts, overrides (/etc/sasldb2), and files directly in
// /etc that belong to no package (Postfix: /etc/aliases, /etc/mailname). Looked at before and after an installation, so that the undo is exact.
import { lines, sh } from "../steps/shell.ts";
import { type Fact, textOf } from "./fact.ts";

export interface Leftovers {
  readonly users: readonly string[];
  readonly groups: readonly string[];
  /** Paths with an override of owner and mode. */
  readonly overrides: readonly string[];
  /** Path → SHA-256 of the content. */
  readonly files: Readonly<Record<string, string>>;
}

export const leftovers: Fact<Leftovers> = {
  name: "local accounts, overrides and the files in /etc",
  question: lines(
    sh`cut -d : -f 1 /etc/passwd | sed 's/^/user /'`,
    sh`cut -d : -f 1 /etc/group | sed 's/^/group /'`,
    sh`dpkg-statoverride --list | cut -d ' ' -f 4- | sed 's/^/override /'`,
    sh`find /etc -maxdepth 1 -type f -exec sha256sum -- {} +`,
  ),
  parse: (answer) => {
    const rows = textOf("local accounts, overrides and the files in /etc", answer).split("\n");
    const named = (kind: string) => rows.filter((row) => row.startsWith(kind)).map((row) => row.slice(kind.length));
    const files = rows.flatMap((row) => {
      const file = /^([0-9a-f]{64}) {2}(.+)$/.exec(row);
      return file === null ? [] : [[file[2] ?? "", file[1] ?? ""] as const];
    });
    return {
      users: named("user "),
      groups: named("group "),
      overrides: named("override "),
      files: Object.fromEntries(files),
    };
  },
};
