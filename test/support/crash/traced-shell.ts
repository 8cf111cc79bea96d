// One shell that runs scripts in a folder and stops before every command, until it was looked at what the commands before have left.
// bash alone can do this (DEBUG, bash(1)); all of its steps are synchronous, since nothing else runs meanwhile.
import { type ChildProcess, execFileSync, spawn } from "node:child_process";
import { closeSync, openSync, readFileSync, readSync, writeFileSync, writeSync } from "node:fs";
import { join, resolve } from "node:path";
import { standIns } from "./stand-ins.ts";

export interface Outcome {
  readonly code: number;
  readonly stdout: Buffer;
  readonly stderr: string;
}

/** What happens while a script runs: it is about to run a command, or it has synced what is at `path`. */
export type Happened = { readonly command: true } | { readonly synced: string };

export class TracedShell {
  readonly #work: string;
  readonly #child: ChildProcess;
  readonly #orders: number;
  readonly #events: number;
  readonly #acks: number;

  /** `work` takes what the shell itself needs; `root` is the host. */
  constructor(work: string, root: string) {
    this.#work = work;
    execFileSync(
      "mkfifo",
      ["orders", "events", "acks"].map((name) => join(work, name)),
    );
    writeFileSync(join(work, "loop"), loop(work, root));
    this.#child = spawn("/bin/bash", [join(work, "loop")], {
      stdio: ["ignore", "ignore", "inherit"],
      // a group of its own, so that one signal ends all of it
      detached: true,
      env: { PATH: "/usr/sbin:/usr/bin:/sbin:/bin", LC_ALL: "C" },
    });
    this.#orders = openSync(join(work, "orders"), "w");
    this.#events = openSync(join(work, "events"), "r");
    this.#acks = openSync(join(work, "acks"), "w");
  }

  /** Runs a script; with `happened` it stops before each command. */
  run(script: string, happened?: (what: Happened) => void): Outcome {
    writeFileSync(join(this.#work, "script"), script);
    writeSync(this.#orders, happened === undefined ? "look\n" : "change\n");
    for (;;) {
      const line = this.#line();
      if (line.startsWith("end "))
        return {
          code: Number(line.slice(4)),
          stdout: readFileSync(join(this.#work, "stdout")),
          stderr: readFileSync(join(this.#work, "stderr"), "utf8"),
        };
      const [, folder, path] = /^sync (\S+) (.*)$/.exec(line) ?? [];
      happened?.(folder === undefined || path === undefined ? { command: true } : { synced: resolve(folder, path) });
      writeSync(this.#acks, "\n");
    }
  }

  /** Ends the shell and all that it has started, as a power cut or the kernel does. */
  kill(): void {
    if (this.#child.pid !== undefined && this.#child.exitCode === null && this.#child.signalCode === null)
      process.kill(-this.#child.pid, "SIGKILL");
  }

  close(): void {
    for (const descriptor of [this.#orders, this.#events, this.#acks]) closeSync(descriptor);
    this.kill();
  }

  #heard = "";

  #line(): string {
    const chunk = Buffer.alloc(4096);
    while (!this.#heard.includes("\n")) {
      const length = readSync(this.#events, chunk);
      if (length === 0) throw new Error("the shell has ended");
      this.#heard += chunk.toString("utf8", 0, length);
    }
    const at = this.#heard.indexOf("\n");
    const line = this.#heard.slice(0, at);
    this.#heard = this.#heard.slice(at + 1);
    return line;
  }
}

function loop(work: string, root: string): string {
  return `exec 3<'${work}/orders' 4>'${work}/events' 5<'${work}/acks'
ROOT='${root}'
umask 022
cd /
${standIns}
stand_ins=" $(compgen -A function | tr '\\n' ' ') "
happened() { echo "$1" >&4; read -r answer <&5; }
look() { . '${work}/script'; }
# A stand-in is one command, as the program is that it stands for.
change() { set -T; trap 'case $stand_ins in *" \${FUNCNAME[0]-} "*) ;; *) happened command ;; esac' DEBUG; . '${work}/script'; }
while read -r order <&3; do
  ( $order ) < /dev/null > '${work}/stdout' 2> '${work}/stderr'
  echo "end $?" >&4
done
`;
}
