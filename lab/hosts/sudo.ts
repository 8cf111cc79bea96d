// Runs the lab's command again as root when it was called without.
import { spawnSync } from "node:child_process";
import { cacheRoot } from "../paths.ts";

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
