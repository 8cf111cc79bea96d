// The shape of everything that is measured: how it is made ready for some hosts, and the commands that are timed.
import type { Debian } from "../lab/hosts/index.ts";

/** A host as one contender reaches it: directly, or through a relay that adds latency. */
export interface Target {
  readonly name: string;
  readonly address: string;
  readonly port: number;
  readonly privateKeyFile: string;
  /** "" = the operator's own. */
  readonly knownHostsFile: string;
}

/** A program with its arguments; what it prints is thrown away unless it fails. */
export interface Command {
  readonly argv: readonly string[];
  readonly cwd: string;
  readonly env?: NodeJS.ProcessEnv;
}

export interface Job {
  /** Brings the hosts to the wanted state, or finds that there is nothing to do. */
  readonly apply: Command;
  /** With nothing to do, where that is another command. */
  readonly again?: Command;
  /** Looks at the hosts and says what would be done. */
  readonly dry?: Command;
  /** Says what would be done without asking any host. */
  readonly preview?: Command;
  /** Takes away what is remembered of the hosts, before they are made anew. */
  readonly forget?: () => Promise<void>;
}

export interface Contender {
  readonly name: string;
  /** What its hosts need to have before: not timed. */
  readonly python?: true;
  /** It never asks a host: its figures are what the engine costs. */
  readonly withoutHosts?: true;
  prepare(folder: string, targets: readonly Target[], debian: Debian): Promise<Job>;
}
