// Where the lab keeps things: in the cache and in the checkout, as the commands do.
import { join } from "node:path";
import { cacheRoot } from "../cli/paths.ts";

export { cacheRoot, checkoutState, projectRoot } from "../cli/paths.ts";

/** Running hosts: their overlays, addresses and keys. Same on every checkout, so that two of them never make the same host twice. */
export const hostsRoot = join(cacheRoot, "hosts");
