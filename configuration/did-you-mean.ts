// The word that was probably meant.
import leven from "leven";

/**
 * The nearest of the candidates, if it is close: a typing error, another case, a missing beginning
 * or end.
 */
export function nearest(word: string, candidates: readonly string[]): string | undefined {
  const plain = (text: string) => text.toLowerCase().replace(/[^a-z0-9]/g, "");
  const given = plain(word);
  if (given === "") return undefined;
  const [best] = candidates
    .map((candidate) => ({ candidate, distance: distanceOf(given, plain(candidate)) }))
    .filter(({ candidate, distance }) => distance <= Math.max(2, candidate.length / 4) && distance < given.length)
    .sort((one, other) => one.distance - other.distance);
  return best?.candidate;
}

/**
 * Transposed letters count as one error. A word that is a prefix of the other is close, however
 * long the rest is.
 */
function distanceOf(given: string, candidate: string): number {
  const letters = (word: string) => [...word].sort().join("");
  if (given !== candidate && letters(given) === letters(candidate)) return 1;
  const [short = "", long = ""] = [given, candidate].sort((one, other) => one.length - other.length);
  const begun = short.length >= 4 && long.startsWith(short) && short !== long;
  return begun ? Math.min(1.5, leven(given, candidate)) : leven(given, candidate);
}
