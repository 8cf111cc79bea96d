// A host as the rest of the program uses it: it asks facts and applies steps. Each host has one
// connection and one root shell, which every resource of an operation shares and which are opened
// again when lost.

import { Failure } from "../core/failure.ts";
import type { Answer, Fact, Questions } from "../facts/fact.ts";
import { type Machine, machine } from "../facts/machine.ts";
import { supportOf } from "../facts/supported-system.ts";
import { AccessFailure } from "./access-failure.ts";
import { DialFailure } from "./connect.ts";
import type { Connection } from "./connection-schema.ts";
import { dial } from "./dial.ts";
import { type Hop, nameBeforeDial, nameOf } from "./hop.ts";
import { LockHolders, whileLocked } from "./lock.ts";
import { openRootShell, type RootShell } from "./root-shell.ts";
import { warningsOf } from "./sudo-recording.ts";

/** Logs each step before it is done. */
export type Log = (line: string) => void;

/**
 * Logs messages about the host itself, and warnings that the operator must see before anything
 * secret is sent.
 */
export interface HostLog extends Log {
  warn(line: string): void;
  delivered(): Promise<void>;
}

export class Host {
  readonly connection: Connection;
  #hop: Hop | undefined;
  #direct = false;
  /** Where waits for this host are logged. */
  #log: HostLog = Object.assign(() => {}, { warn: () => {}, delivered: async () => {} });
  /**
   * The warnings already given. Each is given once, however often the connection is opened again.
   */
  readonly #warned = new Set<string>();
  readonly #lockHolders: LockHolders;
  #shell: Promise<RootShell> | undefined;
  /** The shell that holds the lock of the host. */
  #locked: RootShell | undefined;
  /** The name under which the lock was taken; `undefined` until it is taken first. */
  #lockOwner: string | undefined;
  #last: Promise<unknown> = Promise.resolve();

  constructor(connection: Connection, lockHolders = new LockHolders()) {
    this.connection = connection;
    this.#lockHolders = lockHolders;
  }

  /** Whether no other run can be changing the host. */
  get holdsLock(): boolean {
    return this.#locked?.alive === true;
  }

  /** For messages. What ssh_config adds is known after the first dial. */
  get name(): string {
    return this.#hop === undefined ? nameBeforeDial(this.connection) : nameOf(this.#hop);
  }

  /** Waits for this host are logged here from now on. */
  tellTo(log: HostLog): void {
    this.#log = log;
  }

  /**
   * The machine that answers. Throws where it runs a system that is not supported, and warns once
   * where the system was never tried.
   */
  async machine(): Promise<Machine> {
    const found = (await this.read({ machine })).machine;
    const support = supportOf(found);
    if (support.kind === "not supported")
      throw new AccessFailure({
        code: "system-not-supported",
        tried: "see what system the host runs",
        found: support.words,
        left: ["nothing was changed"],
        next: support.next,
      });
    if (support.kind === "not tried") await this.#warn([support.words]);
    return found;
  }

  /** Asks all questions in one round trip and reads the answers. Changes nothing on the host. */
  async ask<Actual>(questions: Questions<Actual>): Promise<Actual> {
    return await answered(questions, (await this.shell()).ask);
  }

  /**
   * The same for reading a resource, with cached answers where they are recent and this program has
   * changed nothing since.
   */
  async read<Actual>(questions: Questions<Actual>): Promise<Actual> {
    return await answered(questions, (await this.shell()).read);
  }

  /** Asks the questions of later reads in advance. */
  async readAhead(facts: readonly Fact<unknown>[]): Promise<void> {
    (await this.shell()).readAhead(facts);
  }

  /**
   * Takes the lock of the host and reads, in one round trip. Waits while another run holds it. The
   * lock is held until this connection ends; one that is opened after it takes the lock again before
   * anything else, and so waits for what still runs in the lost shell. `owner` is the name that
   * other runs log while they wait.
   */
  async readLocked<Found>(owner: string, log: Log, read: () => Promise<Found>): Promise<Found> {
    const shell = await this.shell();
    if (this.#locked === shell) return await read();
    const found = await whileLocked(shell, this.#lockHolders, owner, log, read);
    this.#locked = shell;
    this.#lockOwner = owner;
    return found;
  }

  /**
   * Runs `work` when every earlier call on this object has ended, so that what it reads stays true
   * while it writes. Two different connections to one host are two objects, and do not wait for
   * each other.
   */
  exclusively<T>(work: () => Promise<T>): Promise<T> {
    const result = this.#last.then(work, work);
    this.#last = result.catch(() => undefined);
    return result;
  }

  /** The root shell, on a new connection when there is none or the last one is gone. */
  async shell(): Promise<RootShell> {
    const current = this.#shell;
    if (current !== undefined) {
      // All waiting callers get the same failure.
      const shell = await current;
      if (shell.alive) return shell;
      if (this.#shell !== current) return await this.shell();
    }
    const opening = this.#openAsBefore();
    this.#shell = opening;
    opening.catch((error) => {
      if (this.#shell === opening && mayPass(error)) this.#shell = undefined;
    });
    return await opening;
  }

  /** With the lock, if the last connection had it. */
  async #openAsBefore(): Promise<RootShell> {
    const shell = await this.open();
    if (this.#lockOwner === undefined) return shell;
    try {
      await whileLocked(shell, this.#lockHolders, this.#lockOwner, this.#log, async () => undefined);
    } catch (error) {
      shell.close();
      throw error;
    }
    this.#locked = shell;
    return shell;
  }

  /** The SSH endpoint: name or address, port, and whether it is reached without a jump host. */
  async endpoint(): Promise<{ address: string; sshPort: number; direct: boolean }> {
    await this.shell();
    const { host: address = this.connection.host, port: sshPort = 22 } = this.#hop ?? {};
    return { address, sshPort, direct: this.#direct };
  }

  /** A separate connection with a root shell, which the caller must close. */
  async open(): Promise<RootShell> {
    const tell: Log = (line) => this.#log(line);
    const { client, hop, direct } = await dial(this.connection, tell);
    this.#hop = hop;
    this.#direct = direct;
    try {
      const shell = await openRootShell(client, hop, this.connection.sudoPassword, {
        tell,
        warn: (line) => this.#log.warn(line),
      });
      await this.#warn(warningsOf(shell.recording, hop.user));
      return shell;
    } catch (error) {
      client.end();
      throw error;
    }
  }

  async #warn(warnings: readonly string[]): Promise<void> {
    const due = warnings.filter((warning) => !this.#warned.has(warning));
    for (const warning of due) {
      this.#warned.add(warning);
      this.#log.warn(warning);
    }
    if (due.length > 0) await this.#log.delivered();
  }

  async close(): Promise<void> {
    (await this.#shell?.catch(() => undefined))?.close();
    this.#shell = undefined;
  }
}

/**
 * Whether the next call shall try again. A refused login, host key or sudo password, and a lock that
 * another run has kept for as long as this one waits, hold for the whole run.
 */
function mayPass(error: unknown): boolean {
  if (error instanceof AccessFailure) return error instanceof DialFailure || error.code === "shell-not-started";
  return !(error instanceof Failure && error.code === "host-locked");
}

async function answered<Actual>(
  questions: Questions<Actual>,
  ask: (fact: Fact<unknown>) => Promise<Answer>,
): Promise<Actual> {
  const facts = Object.entries(questions) as [keyof Actual, Fact<Actual[keyof Actual]>][];
  const answers = await Promise.all(facts.map(([, fact]) => ask(fact)));
  const pairs = facts.map(([key, fact], index) => {
    const answer = answers[index];
    if (answer === undefined) throw new Error(`no answer for ${fact.name}`);
    return [key, fact.parse(answer)];
  });
  return Object.fromEntries(pairs) as Actual;
}
