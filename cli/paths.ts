// The folders of the commands: the cache, which can be deleted and made again, and the state.
import { dirname, isAbsolute, join } from "node:path";
import { fileURLToPath } from "node:url";
import { userCacheFolder } from "../providers/engine/cache-folder.ts";

/** The checkout this file belongs to. */
export const projectRoot = dirname(dirname(fileURLToPath(import.meta.url)));

/**
 * Downloads and built programs: outside the repository, shared by every checkout, safe to delete.
 * It has the name of the lab, which also keeps its base systems there. `SASL_LAB_CACHE` overrides
 * it.
 */
export const cacheRoot = process.env.SASL_LAB_CACHE || join(cacheOfUser(), "sasl-mail-host-lab");
if (!isAbsolute(cacheRoot)) throw new Error(`SASL_LAB_CACHE must be an absolute path, it is "${cacheRoot}"`);

/**
 * The state of one checkout's own stacks, ignored by git: Pulumi's file backend and the passphrase.
 */
export const checkoutState = join(projectRoot, ".lab");

function cacheOfUser(): string {
  const folder = userCacheFolder();
  if (folder === undefined) throw new Error("this user has no home: set HOME, XDG_CACHE_HOME or SASL_LAB_CACHE");
  return folder;
}
