// Caches recent answers of a root shell. Resources of one host ask some of the same questions, and
// the engine asks for one resource after another, so what was read and not changed since need not
// be read again.
import type { Answer } from "../facts/fact.ts";

/**
 * Milliseconds that an answer stays valid: long enough for the engine to ask for the next resource,
 * too short for a person to act in between.
 */
const goodFor = 5000;

interface Known {
  readonly answer: Promise<Answer>;
  /** When the answer arrived; `undefined` = it is pending. */
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
      // Whoever awaits the answer handles the error; the next caller asks again.
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
