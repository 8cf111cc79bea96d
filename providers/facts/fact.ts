// A fact: one question to the host (shell text that only reads) and the parser of its answer. No
// I/O here.
import { Failure } from "../core/failure.ts";
import type { ShellText } from "../core/shell.ts";

/** What the host's shell answered. */
export interface Answer {
  readonly code: number;
  readonly stdout: Buffer;
  readonly stderr: string;
}

/**
 * A question and the parser of its answer. `parse` throws a `Failure` when the answer is
 * unreliable: unreadable is not absent.
 */
export interface Fact<T> {
  readonly name: string;
  readonly question: ShellText;
  readonly parse: (answer: Answer) => T;
}

/** The questions behind an `Actual`, one fact per property. They are sent in one round trip. */
export type Questions<Actual> = { readonly [Key in keyof Actual]: Fact<Actual[Key]> };

/**
 * The answer as text without the last newline, when the exit status is one of the expected ones.
 */
export function textOf(name: string, answer: Answer, expected: readonly number[] = [0]): string {
  if (!expected.includes(answer.code)) throw unreadable(name, answer);
  return answer.stdout.toString("utf8").replace(/\n$/, "");
}

/** The digest in the output of sha256sum(1); "" where it printed nothing. */
export function digestIn(name: string, answer: Answer): string {
  return textOf(name, answer).split(" ")[0] ?? "";
}

/** The failure for an answer that cannot be interpreted. */
export function unreadable(name: string, answer: Answer): Failure {
  return new Failure({
    code: "host-unreadable",
    tried: `read ${name}`,
    found: answer.stderr.trim() || `exit status ${answer.code} and no message`,
    left: ["nothing was changed by this read"],
    next: "see on the host why this cannot be read (usual reasons: a missing program, a full disk, a name service that does not answer), put that right, then run the same command again; until then nothing is changed",
  });
}
