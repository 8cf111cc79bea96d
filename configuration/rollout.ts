// The order in which the hosts of a stack are changed: a few first, the others in batches, each
// only when all before it are proved.
import { z } from "zod";

export const rolloutSchema = z.strictObject({
  /** How many hosts are changed first. 0 = none: the batches begin at once. */
  canary: z.int().min(0).max(1000).default(1),
  /** How many hosts each following batch has. Default: all. */
  batch: z.int().min(1).max(1000).optional(),
});

/**
 * Hosts in the order of the configuration, in waves.
 *
 * @example waves(["a", "b", "c", "d"], { canary: 1, batch: 2 }) // [["a"], ["b", "c"], ["d"]]
 */
export function waves<Host>(hosts: readonly Host[], { canary, batch }: z.infer<typeof rolloutSchema>): Host[][] {
  const result = canary === 0 ? [] : [hosts.slice(0, canary)];
  const rest = hosts.slice(canary);
  for (let start = 0; start < rest.length; start += batch ?? rest.length) {
    result.push(rest.slice(start, start + (batch ?? rest.length)));
  }
  return result;
}
