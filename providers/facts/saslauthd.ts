// What saslauthd's options mean, wherever they stand: on a command line, or in Debian's OPTIONS line (saslauthd(8)).

/** The options of saslauthd that this program decides on, and all others as they are. */
export interface SaslauthdOptions {
  readonly mechanism: string | null;
  readonly socketDirectory: string | null;
  /** -c: logins are remembered for 28,800 seconds; an old password and a locked account still pass until a restart. */
  readonly cache: boolean;
  readonly threads: number | null;
  readonly others: readonly string[];
}

/** saslauthd's executable on Debian. */
export const saslauthdPath = "/usr/sbin/saslauthd";

/** Reads options in any order, `-m DIR` as well as `-mDIR`. */
export function parseSaslauthdOptions(words: readonly string[]): SaslauthdOptions {
  const values: Record<string, string> = {};
  const others: string[] = [];
  let cache = false;
  for (let index = 0; index < words.length; index += 1) {
    const word = words[index] ?? "";
    const flag = word.slice(0, 2);
    if (word === "-c") cache = true;
    else if (flag === "-a" || flag === "-m" || flag === "-n") {
      values[flag] = word.length > 2 ? word.slice(2) : (words[index + 1] ?? "");
      if (word.length === 2) index += 1;
    } else others.push(word);
  }
  const threads = values["-n"];
  return {
    mechanism: values["-a"] ?? null,
    socketDirectory: values["-m"]?.replace(/\/+$/, "") ?? null,
    cache,
    threads: threads === undefined ? null : Number(threads),
    others,
  };
}
