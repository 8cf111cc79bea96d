// A row of the fault table: what goes wrong, how it is brought about on a real host, and what is
// right then.
import type { LabHost } from "../../lab/hosts/index.ts";
import type { EngineRun, Stack } from "../support/stack.ts";

/** What a fault may work on. */
export interface Scene {
  readonly host: LabHost;
  readonly stack: Stack;
  /** Shell text as root on the host, not through SSH. */
  shell(script: string): Promise<string>;
  /** Changes how the stack reaches the host. */
  connect(changes: Readonly<Record<string, unknown>>): void;
  /** The operation of the row is over. */
  readonly over: AbortSignal;
}

/** Ends a fault. */
export type Lift = () => Promise<unknown> | unknown;

/** Brings a fault about. */
export interface Injection {
  /** As the page says it. */
  readonly how: string;
  /** `during`: started together with the operation, and waits for its own moment. */
  readonly when: "before" | "during";
  /** Nothing of it is on the host. */
  readonly elsewhere?: true;
  start(scene: Scene): Promise<Lift | "missed" | undefined>;
}

/** Debian as it is installed, or a host with Postfix, sasl2-bin and openssl already in use. */
export type Start = "bare" | "mail";

/**
 * `up` is the first one; all others find a host that an `up` has proved. `change` is an `up` with
 * another configuration.
 */
export type Operation = "up" | "change" | "preview" | "refresh" | "destroy";

/**
 * What the host shows once the fault has ended: as before the operation, as after an undisturbed one, or anything in between, which
 * the next run must then end.
 */
export type Left = "as before" | "as asked" | "either" | "to be repaired";

export interface Fault {
  /** Names the row on the command line. */
  readonly id: string;
  /** Where it was asked for. */
  readonly of: string;
  /** In one sentence. */
  readonly fault: string;
  readonly start: Start;
  readonly meets: Operation;
  readonly inject: readonly Injection[];
  /** `any`: it may be over before the fault comes, or survive it. */
  readonly exit: 0 | "not 0" | "any";
  /** Words that the user must see, where the operation failed; of one that must work, always. */
  readonly says?: readonly RegExp[];
  readonly left: Left;
  /** Rows of the host that the fault itself leaves there. */
  readonly leaves?: RegExp;
  /** Looked at on the host while the fault lasts, by another way than the code's. */
  readonly shows?: { readonly look: string; readonly is: RegExp };
  /** Seconds; default 120. */
  readonly within?: number;
  /** The runs that follow without the fault, and must work; default: nextOf in carry-out.ts. */
  readonly next?: readonly ("up" | "destroy")[];
  /** Configuration of the operation besides the table's own; the runs that follow do not have it. */
  readonly configure?: Readonly<Record<string, unknown>>;
  readonly secrets?: Readonly<Record<string, string>>;
  /** Releases it makes sense on; default both. */
  readonly on?: readonly (12 | 13)[];
  /** In the place of the operation, where it is no plain run. */
  readonly run?: (scene: Scene) => Promise<EngineRun>;
}

/** A row that is not run, and why. */
export interface NotRun {
  readonly id: string;
  readonly of: string;
  readonly fault: string;
  /** Where it is shown otherwise, or what is missing. */
  readonly because: string;
}

/** What came out of one row on one release. */
export interface Outcome {
  readonly id: string;
  readonly debian: number;
  readonly exitCode: number;
  /** What the user saw, at most three lines. */
  readonly seen: readonly string[];
  readonly seconds: number;
  /** What was left on the host. */
  readonly left: string;
  /** What is not as it should; empty where all is. */
  readonly wrong: readonly string[];
  readonly date: string;
}
