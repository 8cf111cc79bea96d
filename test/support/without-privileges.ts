// A copy of the project for somebody on a machine that takes something away: capabilities, root, a home that can be written, the network.
import { chmodSync, chownSync, cpSync, existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, join, relative } from "node:path";
import { execa } from "execa";
import { cacheRoot, projectRoot } from "../../lab/paths.ts";

/** capabilities(7) that Docker gives by default (its documentation, "Runtime privilege and Linux capabilities"). */
const dockersDefault =
  "chown dac_override fsetid fowner mknod net_raw setgid setuid setfcap setpcap net_bind_service sys_chroot kill audit_write";

/** A user of every Debian that may nothing. */
export const nobody = 65534;

/** What stands before the command that a person types. */
export const takesAway = {
  capabilities: [
    "setpriv",
    `--bounding-set=-all,${dockersDefault
      .split(" ")
      .map((name) => `+${name}`)
      .join(",")}`,
    "--inh-caps=-all",
  ],
  root: ["setpriv", `--reuid=${nobody}`, `--regid=${nobody}`, "--clear-groups", "--no-new-privs"],
  network: ["unshare", "--net"],
  writableHome: [
    ...["unshare", "--mount", "sh", "-c"],
    'mount --bind "$HOME" "$HOME" && mount -o remount,bind,ro "$HOME" && exec "$@"',
    "sh",
  ],
} as const;

/** What `npm test` and Jest have set for themselves, and a CI. */
const ofThisRun = /^(CI$|npm_|NODE_|JEST_|PULUMI_|SASL_|GOPATH$|GOCACHE$|SUDO_|SSH_AUTH_SOCK$)/;

export class WithoutPrivileges {
  readonly #folder = mkdtempSync(join(tmpdir(), "sasl-mail-host-without-"));
  readonly project = join(this.#folder, "project");
  readonly #environment: NodeJS.ProcessEnv;

  private constructor() {
    this.#environment = {
      ...Object.fromEntries(Object.entries(process.env).filter(([name]) => !ofThisRun.test(name))),
      PATH: (process.env.PATH ?? "")
        .split(delimiter)
        .filter((part) => !part.startsWith(projectRoot))
        .join(delimiter),
      npm_config_update_notifier: "false",
    };
  }

  /** A copy with the packages installed, which each user can read and whose folder each can write. */
  static async create(): Promise<WithoutPrivileges> {
    const made = new WithoutPrivileges();
    const left = new Set(["node_modules", ".git", ".lab", "coverage", "providers/dist"]);
    const filter = (source: string) => !left.has(relative(projectRoot, source));
    cpSync(projectRoot, made.project, { recursive: true, filter });
    const modules = join(made.project, "node_modules");
    const hardLinks = await execa("cp", ["-al", join(projectRoot, "node_modules"), modules], { reject: false });
    if (hardLinks.failed) {
      rmSync(modules, { recursive: true, force: true });
      await execa("cp", ["-a", join(projectRoot, "node_modules"), modules]);
    }
    // newer than package-lock.json, and not that of the other checkout: nothing is to be installed
    rmSync(join(modules, ".package-lock.json"), { force: true });
    writeFileSync(join(modules, ".package-lock.json"), "{}");
    chmodSync(made.#folder, 0o755);
    chmodSync(made.project, 0o1777);
    return made;
  }

  /** An empty home of this user. */
  home(name: string, user = 0): string {
    const home = join(this.#folder, name);
    mkdirSync(home);
    chownSync(home, user, user);
    return home;
  }

  /** An engine that was fetched before; the one on PATH needs no such place. */
  async fetchedEngine(cache: string, user = 0): Promise<void> {
    if (!existsSync(join(cacheRoot, "engine"))) return;
    mkdirSync(cache, { recursive: true });
    await execa("cp", ["-r", join(cacheRoot, "engine"), cache]);
    await execa("chown", ["-R", `${user}:${user}`, cache]);
  }

  async type(home: string, before: readonly string[], command: string, environment: NodeJS.ProcessEnv = {}) {
    const [program = "", ...words] = [...before, "sh", "-c", command];
    const { exitCode, all } = await execa(program, words, {
      cwd: this.project,
      env: { ...this.#environment, HOME: home, ...environment },
      extendEnv: false,
      reject: false,
      all: true,
      stdin: "ignore",
    });
    return { exitCode, output: all };
  }

  forget(): void {
    rmSync(this.#folder, { recursive: true, force: true });
  }
}
