// Where the lab keeps things: what may be thrown away and made again (cache), and what exists now (state).
import { homedir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

/** The checkout this file belongs to. */
export const projectRoot = dirname(dirname(fileURLToPath(import.meta.url)));

/** Downloads, built programs and base systems: outside the repository, shared by every checkout, safe to delete. `SASL_LAB_CACHE` overrides it. */
export const cacheRoot =
  process.env.SASL_LAB_CACHE ?? join(process.env.XDG_CACHE_HOME ?? join(homedir(), ".cache"), "sasl-mail-host-lab");

/** Running hosts: their overlays, addresses and keys. Same on every checkout, so that two of them never make the same host twice. */
export const hostsRoot = join(cacheRoot, "hosts");

/** What one checkout's own stacks need (Pulumi state of the file backend, the dev host's key and known_hosts); ignored by git. */
export const checkoutState = join(projectRoot, ".lab");
