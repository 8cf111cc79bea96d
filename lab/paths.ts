// Where the lab keeps things: in the cache and in the checkout, as the commands do.
import { createHash } from "node:crypto";
import { join } from "node:path";
import { cacheRoot, projectRoot } from "../cli/paths.ts";

export { cacheRoot, checkoutState, projectRoot } from "../cli/paths.ts";

/** Running hosts: their overlays, addresses and keys. Same on every checkout, so that two of them never make the same host twice. */
export const hostsRoot = join(cacheRoot, "hosts");

/** Ends the names of a checkout's hosts: two checkouts can run their tests and demos on one machine. */
export const checkoutMark = markOf(projectRoot);

export function markOf(checkout: string): string {
  return createHash("sha256").update(checkout).digest("hex").slice(0, 4);
}
