// What Debian's /bin/sh may be: dash as shipped; bash and busybox where an administrator has changed it.
// Each is called by the name `sh`, since bash keeps to POSIX then.
import { spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, rmSync, symlinkSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, test } from "@jest/globals";

export interface Shell {
  readonly name: string;
  /** An executable called `sh`. */
  readonly path: string;
}

/** Each with the Debian package that it comes with. */
const programs = [
  { name: "dash", program: "/bin/dash" },
  { name: "bash", program: "/bin/bash" },
  { name: "busybox", program: "/bin/busybox" },
];

/** Tests for each shell of this machine. One that is missing is a skipped test that says so: with CI set that is a failure. */
export function inEveryShell(tests: (shell: Shell) => void): void {
  const folder = mkdtempSync(join(tmpdir(), "shells-"));
  afterAll(() => rmSync(folder, { recursive: true, force: true }));
  for (const { name, program } of programs) {
    if (!existsSync(program)) {
      process.stderr.write(`no ${program} on this machine: apt-get install ${name}\n`);
      test.skip(`${name} is not on this machine`, () => {});
      continue;
    }
    const path = join(mkdtempSync(join(folder, `${name}-`)), "sh");
    symlinkSync(program, path);
    describe(`with ${name} as /bin/sh`, () => tests({ name, path }));
  }
}

/** What a shell has against a script that it only reads; "" where it has nothing. */
export function complaint({ path }: Shell, script: string): string {
  const { status, stderr } = spawnSync(path, ["-n"], { input: script, encoding: "utf8" });
  return status === 0 ? stderr.trim() : `exit status ${status}: ${stderr.trim()}`;
}
