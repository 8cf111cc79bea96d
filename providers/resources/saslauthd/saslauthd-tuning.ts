// The tuning of saslauthd: the number of its processes, and options that do not change who can log
// in. What the program does not set stays as found.
import type { FoundSettings } from "./saslauthd-settings.ts";

interface TuningInputs {
  readonly threads?: number | undefined;
  readonly options?: readonly string[] | undefined;
}

/** The value in Debian's default file. */
const debianThreads = 5;

/**
 * Options that do not change who can log in: locking, verbose log, time-of-day limits, size and
 * lifetime of the login cache (saslauthd(8)).
 */
export const furtherOption = /^-([lTV]|[st] [1-9]\d{0,8})$/;

/** A repeated option is never observed: the command line means the last one alone (getopt(3)). */
export function namesEachOnce(options: readonly string[]): boolean {
  return new Set(options.map((option) => option.slice(0, 2))).size === options.length;
}

/**
 * The desired settings: the program's, else those of `found`, which is an instance file that is
 * moved over, or the default file.
 */
export function desiredTuning({ threads, options }: TuningInputs, found: FoundSettings) {
  return {
    threads: threads ?? (isCount(found.threads) ? found.threads : debianThreads),
    others: options?.toSorted() ?? found.others.filter((option) => furtherOption.test(option)),
  };
}

/**
 * Those inputs as observed on the host; empty when the program sets nothing and the host is right.
 */
export function observedTuning({ threads, options }: TuningInputs, found: FoundSettings) {
  const sameOptions = options !== undefined && options.toSorted().join("\n") === found.others.join("\n");
  return {
    ...(threads === undefined && isCount(found.threads) ? {} : { threads: found.threads ?? "not set" }),
    ...(options === undefined ? {} : { options: sameOptions ? options : found.others }),
  };
}

/**
 * Options that must be removed when the program does not set them: -d, -h and -v do not run a
 * daemon, and this program does not know the others.
 */
export function unsupportedOptions({ options }: TuningInputs, found: FoundSettings): readonly string[] {
  return options === undefined ? found.others.filter((option) => !furtherOption.test(option)) : [];
}

function isCount(threads: number | null): threads is number {
  return threads !== null && Number.isInteger(threads) && threads >= 0;
}
