// Where the commands keep things: what may be thrown away and made again (cache), and what exists now (state).
import { dirname, isAbsolute, join } from "node:path";
import { fileURLToPath } from "node:url";
import { userCacheFolder } from "../providers/engine/cache-folder.ts";

/** The checkout this file belongs to. */
export const projectRoot = dirname(dirname(fileURLToPath(import.meta.url)));

/**
 * Downloads and built programs: outside the repository, shared by every checkout, safe to delete.
 * It has the name of the lab, which keeps its base systems there too. `SASL_LAB_CACHE` overrides it.
 */
export const cacheRoot = process.env.SASL_LAB_CACHE || join(cacheOfUser(), "sasl-mail-host-lab");
if (!isAbsolute(cacheRoot)) throw new Error(`SASL_LAB_CACHE must be an absolute path, it is "${cacheRoot}"`);

/** What one checkout's own stacks need: Pulumi's state of the file backend, the passphrase; ignored by git. */
export const checkoutState = join(projectRoot, ".lab");

function cacheOfUser(): string {
  const folder = userCacheFolder();
  if (folder === undefined) throw new Error("this user has no home: set HOME, XDG_CACHE_HOME or SASL_LAB_CACHE");
  return folder;
}
