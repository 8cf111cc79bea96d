// A mistake of an operator, as a row of the table in e2e/mistakes.test.ts.
import type { LabHost } from "../../../lab/hosts/index.ts";
import type { Desk } from "./desk.ts";

/** What a row may use to go wrong. */
export interface Scene {
  readonly desk: Desk;
  /** One real host that serves all rows. */
  readonly host: LabHost;
  /** How that host is reached, for the stack's file. */
  readonly reached: Readonly<Record<string, unknown>>;
  /** A machine that takes connections and says nothing. */
  readonly silent: { readonly host: string; readonly port: number };
}

export interface Mistake {
  /** What was done wrong, as a heading of docs/messages.md. */
  readonly what: string;
  /** As typed; without it a preview. */
  readonly command?: string;
  /** The keys of the stack. */
  readonly stack?: (scene: Scene) => Readonly<Record<string, unknown>>;
  /** Secrets of the stack; a key with a dot or bracket is a path. */
  readonly secrets?: Readonly<Record<string, string>>;
  /** What else must be so before the command. */
  readonly before?: (scene: Scene) => Promise<unknown> | unknown;
  /** Undoes `before` for the rows that follow. */
  readonly after?: (scene: Scene) => Promise<unknown> | unknown;
  /** Of the command; without it any but 0. */
  readonly exitCode?: RegExp;
  /** Words among the last lines: what is wrong, where, and what to do next. */
  readonly says: readonly RegExp[];
}
