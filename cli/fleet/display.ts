// What a person sees while a fleet runs: one line that is written over on a terminal, else a line for
// each shard that has ended. All of it goes to standard error.
import { stripVTControlCharacters, styleText } from "node:util";

/** Where it is shown. */
export interface Screen {
  write(text: string): unknown;
  readonly isTTY?: boolean;
  readonly columns?: number;
}

export interface Counts {
  readonly hosts: number;
  readonly shards: number;
}

export class Display {
  readonly #screen: Screen;
  readonly #all: Counts;
  readonly #begun = performance.now();
  readonly #looked = new Set<string>();
  readonly #done = new Set<string>();
  readonly #failed = new Set<string>();
  #shards = 0;
  #shown = 0;

  constructor(screen: Screen, all: Counts) {
    this.#screen = screen;
    this.#all = all;
  }

  looked(host: string): void {
    this.#looked.add(host);
    this.#refresh();
  }

  done(host: string): void {
    this.#done.add(host);
    this.#refresh();
  }

  failed(host: string): void {
    this.#failed.add(host);
    this.done(host);
  }

  /** A line that stays. */
  say(text: string, { isBad = false } = {}): void {
    const line = isBad && this.#screen.isTTY ? styleText("red", text, { validateStream: false }) : text;
    this.#screen.write(`${this.#erased()}${isColoured() ? line : stripVTControlCharacters(line)}\n`);
  }

  shardEnded(text: string, { isBad = false } = {}): void {
    this.#shards += 1;
    if (this.#screen.isTTY && !isBad) this.#refresh(true);
    else this.say(this.#screen.isTTY ? text : `${text}; ${this.line()}`, { isBad });
  }

  /** "412 of 1000 hosts done, 3 failed, 8 of 20 shards, about 40 s left" */
  line(elapsed = performance.now() - this.#begun): string {
    const [done, { hosts, shards }] = [this.#done.size, this.#all];
    const looked = this.#looked.size > done ? [`${this.#looked.size} looked at`] : [];
    const left = done === 0 || done >= hosts ? [] : [`about ${span((elapsed / done) * (hosts - done))} left`];
    return [
      `${done} of ${counted(hosts, "host")} done`,
      `${this.#failed.size} failed`,
      ...looked,
      `${this.#shards} of ${counted(shards, "shard")}`,
      ...left,
    ].join(", ");
  }

  end(): void {
    if (this.#screen.isTTY) this.#screen.write(this.#erased());
  }

  /** Ten times a second at most. */
  #refresh(now = false): void {
    const moment = performance.now();
    if (!this.#screen.isTTY || (!now && moment - this.#shown < 100)) return;
    this.#shown = moment;
    this.#screen.write(`${this.#erased()}${this.line().slice(0, (this.#screen.columns ?? 80) - 1)}`);
  }

  #erased(): string {
    return this.#screen.isTTY ? "\r\u001b[K" : "";
  }
}

/** no-color.org: any text but an empty one. */
function isColoured(): boolean {
  return !process.env.NO_COLOR;
}

/**
 * @example span(95_000) // "2 min"
 */
export function span(milliseconds: number): string {
  const seconds = Math.round(milliseconds / 1000);
  return seconds < 90 ? `${seconds} s` : `${Math.round(seconds / 60)} min`;
}

/**
 * @example counted(1, "host") // "1 host"
 */
export function counted(number: number, what: string): string {
  return `${number} ${what}${number === 1 ? "" : "s"}`;
}
