// What saslauthd's options mean, wherever they stand: on a command line, or in Debian's OPTIONS line (saslauthd(8)).

/** The options of saslauthd that this program decides on, and all others as they are. */
export interface SaslauthdOptions {
  readonly mechanism: string | null;
  readonly socketDirectory: string | null;
  /** -c: logins are remembered for 28,800 seconds; an old password and a locked account still pass until a restart. */
  readonly cache: boolean;
  /** -r: the realm is put behind the login name, alice@example.org, before the mechanism sees it. */
  readonly realmInLogin: boolean;
  /** -O: what it means is the mechanism's own affair; for rimap the server. The last one counts. */
  readonly mechanismOption: string | null;
  readonly threads: number | null;
  readonly others: readonly string[];
}

/** saslauthd's executable on Debian. */
export const saslauthdPath = "/usr/sbin/saslauthd";

/** Options that have a value of their own. */
const withValue = ["-a", "-m", "-n", "-O"];

/** Reads options in any order, `-m DIR` as well as `-mDIR`. */
export function parseSaslauthdOptions(words: readonly string[]): SaslauthdOptions {
  const values: Record<string, string> = {};
  const others: string[] = [];
  let cache = false;
  let realmInLogin = false;
  for (let index = 0; index < words.length; index += 1) {
    const word = words[index] ?? "";
    const flag = word.slice(0, 2);
    if (word === "-c") cache = true;
    else if (word === "-r") realmInLogin = true;
    else if (withValue.includes(flag)) {
      values[flag] = word.length > 2 ? word.slice(2) : (words[index + 1] ?? "");
      if (word.length === 2) index += 1;
    } else others.push(word);
  }
  const threads = values["-n"];
  return {
    mechanism: values["-a"] ?? null,
    socketDirectory: values["-m"]?.replace(/\/+$/, "") ?? null,
    cache,
    realmInLogin,
    mechanismOption: values["-O"] ?? null,
    threads: threads === undefined ? null : Number(threads),
    others,
  };
}
