// The user's folder for files that may be deleted and rebuilt at any time.
import { homedir, userInfo } from "node:os";
import { isAbsolute, join } from "node:path";

/**
 * The folder is chosen as the XDG Base Directory Specification defines it: a variable without an
 * absolute path counts as unset. Otherwise files would land in the current directory. `undefined`
 * for a user without a home.
 */
export function userCacheFolder(environment: NodeJS.ProcessEnv = process.env): string | undefined {
  const { XDG_CACHE_HOME: given = "" } = environment;
  if (isAbsolute(given)) return given;
  const home = [homedir, () => userInfo().homedir].map(unlessUnknown).find((folder) => isAbsolute(folder));
  return home === undefined ? undefined : join(home, ".cache");
}

/**
 * Node throws where neither HOME nor the user database knows the user, as in a container that runs
 * under an arbitrary user ID.
 */
function unlessUnknown(ask: () => string): string {
  try {
    return ask();
  } catch {
    return "";
  }
}
