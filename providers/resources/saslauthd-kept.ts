// What of saslauthd's settings stays as it was found where the program says nothing of it: the number of processes, and further options.
import type { FoundSettings } from "./saslauthd-settings.ts";

interface KeepingInputs {
  readonly threads?: number | undefined;
  readonly options?: readonly string[] | undefined;
}

/** As Debian's default file has it. */
const usualThreads = 5;

/** Options that change nothing of who gets in: locking, verbose log, time-of-day limits, size and time of the memory of logins (saslauthd(8)). */
export const furtherOption = /^-([lTV]|[st] [1-9]\d{0,8})$/;

/** What is wanted, from what the program says and else from `found`: an instance file that is moved over, or the default file. */
export function keptSettings({ threads, options }: KeepingInputs, found: FoundSettings) {
  return {
    threads: threads ?? (isCount(found.threads) ? found.threads : usualThreads),
    others: options?.toSorted() ?? found.others.filter((option) => furtherOption.test(option)),
  };
}

/** Those inputs as the host shows them; nothing where the program says nothing and the host is right. */
export function keptSeen({ threads, options }: KeepingInputs, found: FoundSettings) {
  const sameOptions = options !== undefined && options.toSorted().join("\n") === found.others.join("\n");
  return {
    ...(threads === undefined && isCount(found.threads) ? {} : { threads: found.threads ?? "not set" }),
    ...(options === undefined ? {} : { options: sameOptions ? options : found.others }),
  };
}

/** Options that can not stay, where the program says nothing of them: -d, -h and -v are no way to run a daemon, others it does not know. */
export function strangeOptions({ options }: KeepingInputs, found: FoundSettings): readonly string[] {
  return options === undefined ? found.others.filter((option) => !furtherOption.test(option)) : [];
}

function isCount(threads: number | null): threads is number {
  return threads !== null && Number.isInteger(threads) && threads >= 0;
}
