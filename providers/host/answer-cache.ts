// What a shell was told a moment ago. Resources of one host ask some of the same questions, and the engine asks for one resource
// after the other: what was read and not changed since need not be read again.
import type { Answer } from "../facts/fact.ts";

/** Milliseconds from when an answer came: long enough for the engine to ask for the next resource, too short for a person to act between. */
const goodFor = 5000;

interface Known {
  readonly answer: Promise<Answer>;
  /** When it came; `undefined` = it is on its way. */
  since: number | undefined;
}

export class AnswerCache {
  readonly #known = new Map<string, Known>();

  of(question: string): Promise<Answer> | undefined {
    const known = this.#known.get(question);
    if (known?.since !== undefined && performance.now() - known.since > goodFor) return undefined;
    return known?.answer;
  }

  keep(question: string, answer: Promise<Answer>): Promise<Answer> {
    const known: Known = { answer, since: undefined };
    this.#known.set(question, known);
    answer.then(
      () => {
        known.since = performance.now();
      },
      // whoever waits for it hears of it; the next one asks anew
      () => {
        if (this.#known.get(question) === known) this.#known.delete(question);
      },
    );
    return answer;
  }

  forget(): void {
    this.#known.clear();
  }
}
