// What somebody has put into the place of Debian's own way to start saslauthd: a unit file in /etc, or a drop-in (systemd.unit(5)).
import { sh } from "../steps/shell.ts";
import { type Fact, textOf, unreadable } from "./fact.ts";

/** A file that says how saslauthd.service is started, and the words. */
export interface StartLine {
  readonly path: string;
  readonly line: string;
}

const name = "who says how saslauthd.service is started";

export const saslauthdStartLines: Fact<readonly StartLine[]> = {
  name,
  // 1 = no such line, 2 = no such file (grep(1)); an empty ExecStart= only takes back what was said before
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
