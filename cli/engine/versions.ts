// The version of the engine. To upgrade: change it here and in lab/engine/versions.ts, delete the
// cache, run `npm test`.

/**
 * The Pulumi CLI: the oldest version accepted from PATH, and the version that is installed or
 * built.
 */
export const cliVersion = "3.274.1";

/** True if dotted version `a` is `b` or newer. A pre-release counts as its release. */
export function atLeast(a: string, b: string): boolean {
  const [left, right] = [a, b].map((version) => version.split("-")[0]?.split(".").map(Number) ?? []);
  for (const [i, desired] of (right ?? []).entries()) {
    const got = left?.[i] ?? 0;
    if (got !== desired) return got > desired;
  }
  return true;
}
