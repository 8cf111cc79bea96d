// The user's folder for what may be thrown away and made again.
import { homedir, userInfo } from "node:os";
import { isAbsolute, join } from "node:path";

/**
 * As the XDG Base Directory Specification has it: a variable that holds no absolute path counts as
 * not set, or files would land wherever the process happens to stand. `undefined` for a user
 * without a home.
 */
export function userCacheFolder(environment: NodeJS.ProcessEnv = process.env): string | undefined {
  const { XDG_CACHE_HOME: given = "" } = environment;
  if (isAbsolute(given)) return given;
  const home = [homedir, () => userInfo().homedir].map(unlessUnknown).find((folder) => isAbsolute(folder));
  return home === undefined ? undefined : join(home, ".cache");
}

/** Node throws where neither HOME nor the user database knows the user: in a container with any user number. */
function unlessUnknown(ask: () => string): string {
  try {
    return ask();
  } catch {
    return "";
  }
}
