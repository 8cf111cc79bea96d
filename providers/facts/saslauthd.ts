// The meaning of saslauthd's options, on a command line or in Debian's OPTIONS line (saslauthd(8)).

/** The options of saslauthd that this program manages, and all others unchanged. */
export interface SaslauthdOptions {
  readonly mechanism: string | null;
  readonly socketDirectory: string | null;
  /**
   * -c: a login that succeeded is remembered for 28,800 seconds (-t) or until a restart, so an old
   * password or a locked account passes until then.
   */
  readonly cache: boolean;
  /**
   * -r: the realm is appended to the login name (alice@example.org) before the mechanism receives
   * it.
   */
  readonly realmInLogin: boolean;
  /**
   * -O: its meaning depends on the mechanism; for rimap it is the server. The last one is in force.
   */
  readonly mechanismOption: string | null;
  readonly threads: number | null;
  /** All others in alphabetical order, each with its value: "-V", "-t 600". */
  readonly others: readonly string[];
}

/** saslauthd's executable on Debian. */
export const saslauthdPath = "/usr/sbin/saslauthd";

/** Options with a value, and options without (getopt(3) in saslauthd-main.c). */
const withValue = "amnOst";
const withoutValue = "cdhlrvVT";

/**
 * Parses options in any order and every spelling of getopt(3): `-m DIR`, `-mDIR`, `-crm DIR`. The
 * last one of a repeated option is in force.
 */
export function parseSaslauthdOptions(words: readonly string[]): SaslauthdOptions {
  const values: Record<string, string> = {};
  const flags = new Set<string>();
  const strange: string[] = [];
  for (let index = 0; index < words.length; index += 1) {
    const word = words[index] ?? "";
    const letters = /^-./.test(word) ? word.slice(1) : "";
    const end = [...letters].findIndex((letter) => !withoutValue.includes(letter));
    const letter = end < 0 ? "" : letters.charAt(end);
    if (letters === "" || (letter !== "" && !withValue.includes(letter))) {
      strange.push(word);
      continue;
    }
    for (const flag of end < 0 ? letters : letters.slice(0, end)) flags.add(flag);
    if (letter === "") continue;
    const attached = letters.slice(end + 1);
    if (attached === "") index += 1;
    values[letter] = attached || (words[index] ?? "");
  }
  const further = [
    ...["d", "h", "l", "T", "v", "V"].filter((flag) => flags.has(flag)).map((flag) => `-${flag}`),
    ...["s", "t"].flatMap((letter) => (values[letter] === undefined ? [] : [`-${letter} ${values[letter]}`])),
  ];
  return {
    mechanism: values.a ?? null,
    socketDirectory: values.m?.replace(/\/+$/, "") ?? null,
    cache: flags.has("c"),
    realmInLogin: flags.has("r"),
    mechanismOption: values.O ?? null,
    threads: values.n === undefined ? null : Number(values.n),
    others: [...further, ...strange].sort(),
  };
}
