// Does things later, each by the same delay, in the order they came: any number can be on the way at once, so a delay
// takes nothing from the throughput.
export class DelayLine {
  readonly #delayMs: () => number;
  readonly #waiting: { due: number; act: () => void }[] = [];
  #timer: NodeJS.Timeout | undefined;
  #held = false;

  constructor(delayMs: () => number) {
    this.#delayMs = delayMs;
  }

  push(act: () => void): void {
    const earliest = performance.now() + this.#delayMs();
    // Never before what came first, also when the delay was made shorter in between.
    const due = Math.max(earliest, this.#waiting.at(-1)?.due ?? 0);
    this.#waiting.push({ due, act });
    this.#deliver();
  }

  /** Keeps everything, until `release`. */
  hold(): void {
    this.#held = true;
    clearTimeout(this.#timer);
    this.#timer = undefined;
  }

  release(): void {
    this.#held = false;
    this.#deliver();
  }

  #deliver(): void {
    if (this.#held || this.#timer) return;
    for (let next = this.#waiting[0]; next; next = this.#waiting[0]) {
      const rest = next.due - performance.now();
      if (rest > 0) {
        this.#timer = setTimeout(() => {
          this.#timer = undefined;
          this.#deliver();
        }, rest);
        return;
      }
      this.#waiting.shift();
      next.act();
    }
  }
}
