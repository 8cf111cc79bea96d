// Invalid combinations on a host, reported once for all hosts that have them from the same key.

/** `key` is invalid for `host`, and why. */
export interface Wrong {
  readonly host: string;
  readonly key: string;
  readonly says: string;
}

/** One line for each error, with all hosts that have it. */
export function linesOf(all: readonly Wrong[]): string[] {
  const hosts = new Map<string, { readonly first: Wrong; readonly names: string[] }>();
  for (const wrong of all) {
    const same = `${wrong.key}\n${wrong.says}`;
    const known = hosts.get(same);
    if (known === undefined) hosts.set(same, { first: wrong, names: [wrong.host] });
    else known.names.push(wrong.host);
  }
  return [...hosts.values()].map(
    ({ first: { key, says }, names }) =>
      `${key} (${names.length === 1 ? "host" : "hosts"} ${names.join(", ")}): ${says}`,
  );
}
