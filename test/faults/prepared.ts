// A host and a stack that rows share: taken back before each of them to files and a state that were
// kept.
import { cpSync, rmSync } from "node:fs";
import { join } from "node:path";
import { createHost, type Debian, destroyHost, type LabHost, resetHost, snapshotHost } from "../../lab/hosts/index.ts";
import { freshHost, mailUser, shell, snapshot } from "../support/host.ts";
import { Stack } from "../support/stack.ts";
import type { Fault, Scene, Start } from "./fault.ts";

/** What a row begins with, and what it is compared with. */
export interface Beginning {
  readonly firstDay: readonly string[];
  readonly proved: readonly string[];
  readonly changed: readonly string[];
}

const packages = `apt-get -qq update
DEBIAN_FRONTEND=noninteractive apt-get -qq -o Dpkg::Options::=--force-unsafe-io install -y postfix sasl2-bin libsasl2-modules openssl >/dev/null 2>&1
postconf -e inet_interfaces=all; systemctl restart postfix`;

/** The configuration of all rows, and of those that change something. */
export const usual = { allowCleartext: true, proofUsername: mailUser.name };
export const change = { ...usual, threads: 3, options: { smtpd_helo_required: "yes" } };

export class Prepared {
  readonly host: LabHost;
  readonly stack: Stack;
  readonly #beginnings = new Map<Start, Beginning>();
  /** All that any row has configured so far. */
  readonly #keys = new Set<string>();
  /** What host and state are known to be, where no row has touched them since. */
  #at: string | undefined;

  private constructor(host: LabHost, stack: Stack) {
    this.host = host;
    this.stack = stack;
  }

  static async of(name: string, debian: Debian): Promise<Prepared> {
    const host = await freshHost(name, debian);
    const stack = await Stack.create(name);
    await stack.configureSecret("proofPassword", mailUser.password);
    const prepared = new Prepared(host, stack);
    await prepared.#keep("bare");
    return prepared;
  }

  /** Connection and keys of the stack's file; of what is not given, nothing. */
  configure(more: Readonly<Record<string, unknown>> = {}, connection: Readonly<Record<string, unknown>> = {}): void {
    const { address, privateKeyFile, knownHostsFile } = this.host;
    const reached = { host: address, privateKeyFile, knownHostsFile, ...connection };
    for (const key of Object.keys(more)) this.#keys.add(key);
    const none = Object.fromEntries([...this.#keys].map((key) => [key, undefined]));
    this.stack.configure({ ...none, ...usual, hosts: [{ name: "mail", connection: reached }], ...more });
  }

  /** Takes host and state to where the row begins. */
  async goTo({ start, meets }: Pick<Fault, "start" | "meets">): Promise<Beginning> {
    const beginning = this.#beginnings.get(start) ?? (await this.#begin(start));
    const label = meets === "up" ? start : `${start}-proved`;
    if (this.#at !== label) await this.#reset(label);
    this.#at = undefined;
    return beginning;
  }

  /** A row that was refused has left host and state as it found them. */
  untouched({ start, meets }: Pick<Fault, "start" | "meets">): void {
    this.#at = meets === "up" ? start : `${start}-proved`;
  }

  async forget(): Promise<void> {
    this.stack.forget();
    await destroyHost(this.host);
  }

  /** Undisturbed runs: what they make of the host is what disturbed ones are compared with. */
  async #begin(start: Start): Promise<Beginning> {
    if (start === "mail") {
      await this.#reset("bare");
      await shell(this.host, packages);
      await this.#keep("mail");
    } else await this.#reset("bare");
    const firstDay = await snapshot(this.host);
    this.configure();
    await succeeded(this.stack.up());
    const proved = await snapshot(this.host);
    await this.#keep(`${start}-proved`);
    this.configure(change);
    await succeeded(this.stack.up());
    const changed = await snapshot(this.host);
    const beginning = { firstDay, proved, changed };
    this.#beginnings.set(start, beginning);
    return beginning;
  }

  async #reset(label: string): Promise<void> {
    this.#at = undefined;
    await resetHost(this.host, label);
    const state = join(this.stack.folder, "state");
    rmSync(state, { recursive: true, force: true });
    cpSync(`${state}-${label}`, state, { recursive: true });
  }

  async #keep(label: string): Promise<void> {
    await snapshotHost(this.host, label);
    const state = join(this.stack.folder, "state");
    cpSync(state, `${state}-${label}`, { recursive: true });
  }
}

/** Another host of the same kind, for rows in which one answers in the place of another. */
export function stranger({ host }: Pick<Scene, "host">): Promise<LabHost> {
  return createHost(`${host.name}-other`, { debian: host.debian });
}

async function succeeded(run: Promise<{ exitCode: number; output: string }>): Promise<void> {
  const { exitCode, output } = await run;
  if (exitCode !== 0) throw new Error(`an undisturbed run failed: ${output}`);
}
