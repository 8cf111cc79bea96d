// A host that is a folder: the scripts that a real host would run are run by the local shell with their absolute paths moved below the folder,
// and with stand-ins for the programs that would touch this machine. Needs no root and no booted host.
import { chmodSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import type { ShellText } from "../../providers/core/shell.ts";
import type { Answer, Fact } from "../../providers/facts/fact.ts";
import type { Connection } from "../../providers/host/connection-schema.ts";
import { Host } from "../../providers/host/host.ts";
import { Hosts } from "../../providers/host/hosts.ts";
import type { LockHolders } from "../../providers/host/lock.ts";
import type { RootShell } from "../../providers/host/root-shell.ts";
import { type FakeHost, type FakeHostOptions, fakeHost } from "./fake-ssh-host.ts";

/** Absolute paths of a host that are moved into the folder. What only reads of /usr stays. */
const moved = /(?<![\w.$}/-])\/(etc|var|run|proc(?=\/[$[])|root)(?=[/\s"';)]|$)/g;

/** A script of a host that finds the host's paths below `root`. */
export function movedBelow(root: string, script: string): string {
  return script.replaceAll(moved, (path) => `${root}${path}`);
}

/** Each writes down what it was asked; the daemons run where a file says so. */
const standIns: Readonly<Record<string, string>> = {
  systemctl: `echo "systemctl $*" >> "$ROOT/asked"
case "$1 $2" in
  "start postfix" | "restart postfix") mkdir -p "$ROOT/var/spool/postfix/pid" "$ROOT/proc/77"; echo 77 > "$ROOT/var/spool/postfix/pid/master.pid"; echo master > "$ROOT/proc/77/comm" ;;
  "stop postfix") rm -rf "$ROOT/proc/77" "$ROOT/var/spool/postfix/pid/master.pid" ;;
  "start saslauthd" | "restart saslauthd") touch "$ROOT/saslauthd-runs" ;;
  "stop saslauthd") rm -f "$ROOT/saslauthd-runs" ;;
esac`,
  postfix: `echo "postfix $*" >> "$ROOT/asked"; case $1 in status) [ -e "$ROOT/proc/77" ] ;; esac`,
  // -i - -p: of this instance
  postmulti: 'shift 3; exec "$ROOT/bin/postfix" "$@"',
  postconf:
    'case "$*" in "-h queue_directory") echo "$ROOT/var/spool/postfix" ;; -M) grep -v "^#" "$ROOT/etc/postfix/master.cf" ;; esac',
  ps: '[ -e "$ROOT/saslauthd-runs" ] && echo saslauthd.service',
  ss: 'if [ -e "$ROOT/proc/77" ]; then echo "LISTEN 0 100 0.0.0.0:25 0.0.0.0:*"; fi',
  pgrep: "exit 1",
  // the log of this machine is not the host's
  logger: ":",
  id: "echo postfix",
  // the owner of a file is whoever runs the tests
  chown: ":",
};

export class HostInFolder extends Host {
  readonly root: string;
  /** What is put in front of each script: a test's way to break the host. */
  sabotage = "";

  constructor(connection: Connection, root: string, lockHolders?: LockHolders) {
    super(connection, lockHolders);
    this.root = root;
  }

  override async open(): Promise<RootShell> {
    const shell = await super.open();
    const local = (script: ShellText): ShellText => ({ ...script, text: this.#moved(script.text) });
    // the host knows nothing of the folder
    const seen = (answer: Answer): Answer => ({
      code: answer.code,
      stdout: Buffer.from(answer.stdout.toString("latin1").replaceAll(this.root, ""), "latin1"),
      stderr: answer.stderr.replaceAll(this.root, ""),
    });
    const asked = (fact: Fact<unknown>): Fact<unknown> => ({ ...fact, question: local(fact.question) });
    return {
      get alive() {
        return shell.alive;
      },
      client: shell.client,
      recording: shell.recording,
      request: async (what, script, seconds) => seen(await shell.request(what, local(script), seconds)),
      requestHere: async (what, script) => seen(await shell.requestHere(what, local(script))),
      ask: async (fact) => seen(await shell.ask(asked(fact))),
      read: async (fact) => seen(await shell.read(asked(fact))),
      readAhead: (facts) => shell.readAhead(facts.map(asked)),
      forget: () => shell.forget(),
      close: () => shell.close(),
    };
  }

  #moved(text: string): string {
    return `export ROOT='${this.root}' PATH='${this.root}/bin':"$PATH"\n${this.sabotage}\n${movedBelow(this.root, text)}`;
  }
}

export interface Folder {
  /** How the SSH server of this process is reached. */
  readonly connection: Connection;
  readonly host: HostInFolder;
  readonly hosts: Hosts;
  /** A path of the host as it is on this machine. */
  at(path: string): string;
  write(path: string, content: string, mode?: number): void;
  /** The content; `undefined` where nothing is. */
  read(path: string): string | undefined;
  /** A program of the host in the place of the stand-in, or of the real one. */
  program(name: string, script: string): void;
  /** What the stand-ins were asked. */
  asked(): string[];
  /** Lets both daemons run, or one of them. */
  running(...daemons: readonly ("postfix" | "saslauthd")[]): void;
  runs(daemon: "postfix" | "saslauthd"): boolean;
  [Symbol.asyncDispose](): Promise<void>;
}

/** An empty host in a folder of its own; or one that goes on with what is in `root`, which stays. */
export async function hostInFolder(
  options: { readonly root?: string } & Pick<FakeHostOptions, "loginShell" | "shell" | "password" | "between"> = {},
): Promise<Folder> {
  const fake: FakeHost = await fakeHost(options);
  const root = options.root ?? mkdtempSync(join(tmpdir(), "host-in-folder-"));
  const at = (path: string) => join(root, path);
  const write: Folder["write"] = (path, content, mode) => {
    mkdirSync(dirname(at(path)), { recursive: true });
    writeFileSync(at(path), content);
    if (mode !== undefined) chmodSync(at(path), mode);
  };
  const program = (name: string, script: string) => write(`bin/${name}`, `#!/bin/sh\n${script}\n`, 0o755);
  for (const [name, script] of Object.entries(standIns)) program(name, script);
  if (options.shell !== undefined) program("sh", `exec ${options.shell} "$@"`);
  for (const folder of ["etc/postfix/sasl", "etc/default", "var/lib", "run/systemd/system", "proc"])
    mkdirSync(at(folder), { recursive: true });
  write("etc/machine-id", "0123456789abcdef0123456789abcdef\n");
  write("etc/os-release", 'PRETTY_NAME="Debian GNU/Linux 13 (trixie)"\nVERSION_CODENAME=trixie\nID=debian\n');
  const connection = fake.connection();
  const host = new HostInFolder(connection, root);
  return {
    connection,
    host,
    hosts: new (class extends Hosts {
      override of = () => host;
    })(),
    at,
    write,
    program,
    read: (path) => (existsSync(at(path)) ? readFileSync(at(path), "utf8") : undefined),
    asked: () => (existsSync(at("asked")) ? readFileSync(at("asked"), "utf8").split("\n").filter(Boolean) : []),
    running: (...daemons) => {
      if (daemons.includes("saslauthd")) write("saslauthd-runs", "");
      if (!daemons.includes("postfix")) return;
      write("var/spool/postfix/pid/master.pid", "77\n");
      write("proc/77/comm", "master\n");
    },
    runs: (daemon) => existsSync(at(daemon === "postfix" ? "proc/77" : "saslauthd-runs")),
    async [Symbol.asyncDispose]() {
      await host.close();
      await fake[Symbol.asyncDispose]();
      if (options.root === undefined) rmSync(root, { recursive: true, force: true });
    },
  };
}
