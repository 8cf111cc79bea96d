// An `ssh` on PATH that answers `ssh -G` as it was told, and writes down what it was asked.
import { chmodSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

export interface FakeSsh extends Disposable {
  /** The arguments of every call. */
  calls(): string[];
}

/** `answers` by host: what ssh prints. Of another host it says that the file is broken, in ssh's own words. */
export function fakeSsh(answers: Readonly<Record<string, string>>): FakeSsh {
  const folder = mkdtempSync(join(tmpdir(), "fake-ssh-"));
  const path = process.env.PATH;
  for (const [host, answer] of Object.entries(answers)) writeFileSync(join(folder, `answer-${host}`), answer);
  writeFileSync(
    join(folder, "ssh"),
    `#!/bin/sh
folder=$(dirname "$0")
printf '%s\\n' "$*" >> "$folder/calls"
for host; do :; done
[ -e "$folder/answer-$host" ] && exec cat "$folder/answer-$host"
echo "$3: line 1: Bad configuration option: foo" >&2
exit 255
`,
  );
  chmodSync(join(folder, "ssh"), 0o755);
  process.env.PATH = `${folder}:${path}`;
  return {
    calls: () =>
      existsSync(join(folder, "calls")) ? readFileSync(join(folder, "calls"), "utf8").trim().split("\n") : [],
    [Symbol.dispose]: () => {
      process.env.PATH = path;
      rmSync(folder, { recursive: true });
    },
  };
}

/** What ssh prints of a host: the least that it always prints, and more. */
export function answerOf(more: Readonly<Record<string, string | number>>): string {
  const rows = Object.entries({ user: "ops", hostname: "127.0.0.1", port: 22, ...more });
  return rows.map(([keyword, value]) => `${keyword} ${value}\n`).join("");
}
