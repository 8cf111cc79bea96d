// Local replacements of the way Debian starts saslauthd: a unit file in /etc, or a drop-in
// (systemd.unit(5)).
import { sh } from "../core/shell.ts";
import { type Fact, textOf, unreadable } from "./fact.ts";

/** A file that sets how saslauthd.service is started, and that setting. */
export interface StartLine {
  readonly path: string;
  readonly line: string;
}

const name = "who says how saslauthd.service is started";

export const saslauthdStartLines: Fact<readonly StartLine[]> = {
  name,
  // Status 1 = no such line, 2 = no such file (grep(1)). An empty ExecStart= only resets earlier
  // ones.
  question: sh`grep -Hs '^ *ExecStart *= *[^ ]' /etc/systemd/system/saslauthd.service /etc/systemd/system/saslauthd.service.d/*.conf || [ $? -le 2 ]`,
  parse: (answer) => {
    const rows = textOf(name, answer)
      .split("\n")
      .filter((row) => row !== "");
    return rows.map((row) => {
      const [, path, line] = /^(\/[^:]+):\s*(.*)$/.exec(row) ?? [];
      if (path === undefined || line === undefined) throw unreadable(name, answer);
      return { path, line };
    });
  },
};
