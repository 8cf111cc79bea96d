// Looks for a crash that loses something: runs are cut wherever they may be cut, and the next run has to come right from what is left.
import { createHash } from "node:crypto";
import type { CrashHost } from "./crash-host.ts";
import { Disk, type Tree } from "./disk.ts";
import { booted, firstDay } from "./first-day.ts";
import { broken, unlike } from "./invariants.ts";
import { type Act, act, type State } from "./program.ts";

/**
 * What a destroy that was cut may leave: it keeps no journal. Postfix was not reloaded, which its next reload makes up for; a record is gone that the
 * state has, too; a temporary file stays until the next write of its file.
 */
const leftByCutDestroy = /^postfix runs with other files|^\S*\/memory\/\S+: nothing in|^\S+[.]sasl-mail-host[.]\d+: /;

/** A host as a crash has left it, or as an undisturbed run has. */
export interface Left {
  readonly disk: Disk;
  readonly state: State;
  /** What leads there: "first-day up-A@1a2b3c4d fail-A@5e6f7a8b". */
  readonly way: string;
  readonly name: string;
}

interface Ran {
  readonly end: Left;
  readonly error: Error | undefined;
  /** How many resources a destroy has taken back. */
  readonly took: number;
}

export interface Fault {
  readonly way: string;
  readonly what: string;
}

export class Explorer {
  readonly faults: Fault[] = [];
  readonly #host: CrashHost;
  /** Names of what was told: each is told once. */
  readonly #told = new Set<string>();
  readonly #clean = new Map<string, Left>();

  constructor(host: CrashHost) {
    this.#host = host;
  }

  /** "first-day", or what an undisturbed run of a version on it has left: "A", "B". */
  async start(name: string): Promise<Left> {
    const known = this.#clean.get(name);
    if (known !== undefined) return known;
    const first: Left = { disk: firstDay(), state: {}, way: "first-day", name: "" };
    const { end, error } =
      name === "first-day" ? { end: first, error: undefined } : await this.run(first, `up-${name}` as Act);
    if (error !== undefined) throw error;
    const left = { ...end, disk: Disk.of(end.disk.tree), way: name };
    this.#clean.set(name, left);
    return left;
  }

  /** Runs to the end, and tells each state that a cut leaves: killed, or without power. */
  async run(from: Left, asked: Act, tell?: (left: Left) => void): Promise<Ran> {
    let state = from.state;
    const left = (disk: Disk): Left => {
      const name = this.#nameOf(disk, state);
      return { disk, state, way: `${from.way} ${asked}@${name}`, name };
    };
    const told = (one: Left) => {
      if (this.#told.has(one.name)) return false;
      this.#told.add(one.name);
      tell?.(one);
      return true;
    };
    this.#host.disk = from.disk;
    this.#host.seen =
      tell &&
      ((disk) => {
        if (!told(left(disk))) return;
        for (const tree of disk.afterPowerCut()) told(left(Disk.of(booted(tree))));
      });
    const { error, took } = await act(this.#host, from.state, asked, (kept) => {
      state = kept;
    });
    this.#host.seen = undefined;
    return { end: { ...left(this.#host.disk), way: `${from.way} ${asked}` }, error, took };
  }

  /** Goes a way, and looks at each state on it: what a person does with the way of a fault. */
  async follow(way: string): Promise<void> {
    const [start = "", ...steps] = way.split(" ");
    let left = await this.start(start);
    for (const step of steps) {
      const [asked = "", name] = step.split("@");
      if (name === undefined) {
        await this.goOn(left, asked as Act);
        return;
      }
      let found: Left | undefined;
      this.#told.clear();
      await this.run(left, asked as Act, (one) => {
        if (one.name === name) found = one;
      });
      if (found === undefined) throw new Error(`${left.way}: no cut of ${asked} leaves a state ${name}`);
      left = found;
      await this.look(left);
    }
  }

  /** What a crash must not have done by itself. */
  async look(left: Left): Promise<void> {
    this.#note(left.way, broken(left.disk.tree, await this.#undisturbed()));
  }

  /** Whether the next run comes right, whatever it is; `tell` is told where that may be cut. */
  async goOn(left: Left, asked: Act, tell?: (left: Left) => void): Promise<void> {
    const { end, error, took } = await this.run(left, asked, tell);
    const { tree } = end.disk;
    const first = (await this.start("first-day")).disk.tree;
    if (asked === "destroy") {
      if (error !== undefined) this.#note(end.way, [`destroy fails: ${error.message}`]);
      // nothing of the state is on the host any more: the engine has nothing to take back
      else if (took > 0) this.#note(end.way, unlike(tree, first));
      return;
    }
    const clean = (await this.start(asked.slice(-1))).disk.tree;
    if (asked.startsWith("up")) {
      this.#note(end.way, error === undefined ? unlike(tree, clean) : [`up fails: ${error.message}`]);
      if (error === undefined && !this.#ended.has(end.name)) {
        this.#ended.add(end.name);
        await this.goOn(end, "destroy");
      }
      return;
    }
    // nothing was left to do, so nothing was proved
    if (error === undefined) return this.#note(end.way, unlike(tree, clean));
    if (left.way.includes("destroy")) return await this.look(end);
    const differences = (await this.#undisturbed()).map((one) => unlike(tree, one));
    const [least = []] = differences.sort((one, other) => one.length - other.length);
    this.#note(end.way, least);
  }

  /** What there may be after a run of either version, or before the first. */
  async #undisturbed(): Promise<Tree[]> {
    const trees: Tree[] = [];
    for (const name of ["first-day", "A", "B"]) trees.push((await this.start(name)).disk.tree);
    return trees;
  }

  readonly #ended = new Set<string>();

  #note(way: string, faults: readonly string[]): void {
    for (const what of faults) if (!isAccepted(way, what)) this.faults.push({ way, what });
  }

  #nameOf(disk: Disk, state: State): string {
    const kept = Object.entries(state).map(([name, { failed, outs }]) => `${name} ${failed} ${outs.mechList}`);
    return createHash("sha256")
      .update(this.#host.nameless(disk.signature))
      .update(kept.sort().join())
      .digest("hex")
      .slice(0, 8);
  }
}

function isAccepted(way: string, what: string): boolean {
  return way.includes("destroy@") && leftByCutDestroy.test(what);
}
