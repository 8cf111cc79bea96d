// A host as the rest of the program sees it: ask facts, carry out steps. One connection and one root shell each, shared by
// every resource of an operation and opened again when lost.
import { type Answer, type Fact, type Questions, textOf } from "../facts/fact.ts";
import { sh } from "../steps/shell.ts";
import { AccessFailure } from "./access-failure.ts";
import { DialFailure } from "./connect.ts";
import { dial } from "./dial.ts";
import { type Hop, nameBeforeDial, nameOf } from "./hop.ts";
import { whileLocked } from "./lock.ts";
import { warningsOf } from "./recorded.ts";
import { openRootShell, type RootShell } from "./root-shell.ts";
import type { Connection } from "./settings.ts";

/** Told about each step before it is done. */
export type Log = (line: string) => void;

/** Told about the host itself, and what the operator must have heard before anything secret is sent. */
export interface HostLog extends Log {
  warn(line: string): void;
  delivered(): Promise<void>;
}

/** What tells one machine from another at the same address. */
export interface Machine {
  /** /etc/machine-id */
  readonly id: string;
  /** "Debian GNU/Linux 13 (trixie)" */
  readonly release: string;
}

const machine: Fact<Machine> = {
  name: "machine id and release",
  question: sh`cat /etc/machine-id; . /etc/os-release; printf '%s\n' "$PRETTY_NAME"`,
  parse: (answer) => {
    const [id = "", release = ""] = textOf("machine id and release", answer).split("\n");
    return { id, release };
  },
};

export class Host {
  readonly connection: Connection;
  #hop: Hop | undefined;
  #direct = false;
  /** Who is told what this host makes us wait for. */
  #log: HostLog = Object.assign(() => {}, { warn: () => {}, delivered: async () => {} });
  /** What was warned of; once is enough, however often the connection is opened again. */
  readonly #warned = new Set<string>();
  #shell: Promise<RootShell> | undefined;
  /** The shell that holds the lock of the host. */
  #locked: RootShell | undefined;
  #last: Promise<unknown> = Promise.resolve();

  constructor(connection: Connection) {
    this.connection = connection;
  }

  /** For messages. What ssh_config adds is known from the first dial on. */
  get name(): string {
    return this.#hop === undefined ? nameBeforeDial(this.connection) : nameOf(this.#hop);
  }

  /** From now on this log is told what the host makes us wait for. */
  tellTo(log: HostLog): void {
    this.#log = log;
  }

  /** Which machine answers. */
  async machine(): Promise<Machine> {
    return (await this.look({ machine })).machine;
  }

  /** Asks all questions in one turn and reads the answers. Changes nothing on the host. */
  async ask<Actual>(questions: Questions<Actual>): Promise<Actual> {
    return await answered(questions, (await this.shell()).ask);
  }

  /** The same for the look at a resource: what was answered a moment ago, and not changed by us since, is not asked again. */
  async look<Actual>(questions: Questions<Actual>): Promise<Actual> {
    return await answered(questions, (await this.shell()).look);
  }

  /** Asks now what looks will want to know. */
  async lookAhead(facts: readonly Fact<unknown>[]): Promise<void> {
    (await this.shell()).lookAhead(facts);
  }

  /**
   * Takes the lock of the host and looks, in one turn; waits while another run has it. Held until this connection ends. `owner` is who
   * the others are told to wait for.
   */
  async lookLocked<Found>(owner: string, log: Log, look: () => Promise<Found>): Promise<Found> {
    const shell = await this.shell();
    if (this.#locked === shell) return await look();
    const found = await whileLocked(shell, owner, log, look);
    this.#locked = shell;
    return found;
  }

  /** Runs `work` when no other change of this host is under way in this process: what it reads stays true while it writes. */
  exclusively<T>(work: () => Promise<T>): Promise<T> {
    const result = this.#last.then(work, work);
    this.#last = result.catch(() => undefined);
    return result;
  }

  /** The root shell; a new connection when there is none or the last one is gone. */
  async shell(): Promise<RootShell> {
    const current = this.#shell;
    if (current !== undefined) {
      // a failure is one for all that wait for it
      const shell = await current;
      if (shell.alive) return shell;
      if (this.#shell !== current) return await this.shell();
    }
    const opening = this.open();
    this.#shell = opening;
    // a later call dials again where that may help; a login, a key or a sudo password that was refused is not tried a second time
    opening.catch((error) => {
      const refused = error instanceof AccessFailure && !(error instanceof DialFailure);
      if (this.#shell === opening && !refused) this.#shell = undefined;
    });
    return await opening;
  }

  /** Where SSH went: name or address, port, and whether straight from here. */
  async way(): Promise<{ address: string; sshPort: number; direct: boolean }> {
    await this.shell();
    const { host: address = this.connection.host, port: sshPort = 22 } = this.#hop ?? {};
    return { address, sshPort, direct: this.#direct };
  }

  /** A connection of its own with a root shell, for the caller to close. */
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
