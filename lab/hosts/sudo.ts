// Runs the lab's command again as root when it was called without, and says why it cannot.
import { spawnSync } from "node:child_process";
import { cacheRoot } from "../paths.ts";
import { command, type Obstacle } from "./obstacle.ts";

/** What keeps this user from being root, or nothing. On a terminal sudo may ask for the password, where `ask` says so. */
export function rootObstacle({ ask = false } = {}): Obstacle | undefined {
  if (process.getuid?.() === 0) return undefined;
  // Its words are compared below.
  const tried = spawnSync("sudo", ["-n", "true"], { encoding: "utf8", env: { ...process.env, LC_ALL: "C" } });
  if (tried.status === 0) return undefined;
  const user = `hosts need root; this user (uid ${process.getuid?.()}) is not root`;
  const next = `become root first: su -c '${command}'`;
  if (tried.error !== undefined) return { what: `${user}, and there is no sudo`, next };
  if (!/password is required/.test(tried.stderr))
    return { what: `${user}, and sudo says: ${tried.stderr.trim()}`, next };
  if (ask && process.stdin.isTTY && spawnSync("sudo", ["-v"], { stdio: "inherit" }).status === 0) return undefined;
  return { what: `${user}, and sudo asks for a password`, next: `sudo -v && ${command}` };
}

/** Returns as root, or ends the process with the result of the same command under sudo. */
export function becomeRoot(): void {
  if (process.getuid?.() === 0) return;
  const command = [process.execPath, ...process.execArgv, ...process.argv.slice(1)];
  // Root's home is another one: the hosts must be found at the same place with and without sudo.
  const env = { ...process.env, SASL_LAB_CACHE: cacheRoot };
  const { status, error } = spawnSync(
    "sudo",
    ["--preserve-env=SASL_LAB_CACHE,SASL_LAB_MIRROR,TERM,CI,GOPROXY,HTTPS_PROXY,HTTP_PROXY,NO_PROXY", ...command],
    {
      stdio: "inherit",
      env,
    },
  );
  if (error) throw new Error(`The lab's hosts need root, and sudo cannot be run: ${error.message}`);
  process.exit(status ?? 1);
}
