// One hand on a host at a time: a lock that lives as long as the root shell that took it. The kernel frees it when that shell ends,
// which is after the command at hand, so a lost connection never leaves a half-done change to somebody else.
import { randomBytes } from "node:crypto";
import { hostname, userInfo } from "node:os";
import { Failure } from "../steps/failure.ts";
import { sh } from "../steps/shell.ts";
import type { RootShell } from "./root-shell.ts";

/** Gone with a reboot, as everybody who could hold it. */
export const lockPath = "/run/sasl-mail-host.lock";

/** Another run may be installing packages: as long as apt's own locks are waited for. */
const patienceSeconds = 600;

/** All connections of this process are one hand: a stack may name a host in two ways. */
const token = randomBytes(8).toString("hex");

/** flock(1) on descriptor 9 of the shell itself. Prints whose it is when it can not be had. */
function lockScript(owner: string) {
  const holder = `${token} ${owner}, ${userInfo().username}@${hostname()}, since ${new Date().toISOString()}`;
  return sh`if command exec 9>>${lockPath} && flock -n 9; then printf '%s\n' ${holder} > ${lockPath}; else cat -- ${lockPath}; command exec 9>&-; fi`;
}

/**
 * Takes the lock and runs `look` in the same turn. A look that was made while somebody else held the lock says nothing about what
 * they leave behind: it is made again when the lock is had.
 */
export async function whileLocked<Found>(
  shell: RootShell,
  owner: string,
  log: (line: string) => void,
  look: () => Promise<Found>,
): Promise<Found> {
  const deadline = Date.now() + patienceSeconds * 1000;
  for (let told = ""; ; ) {
    const taking = shell.requestHere("take the lock of the host", lockScript(owner));
    const [answer, found] = await Promise.all([taking, look()]);
    const [holder = "", ...name] = answer.stdout.toString("utf8").trim().split(" ");
    if (holder === "" || holder === token) return found;
    if (Date.now() > deadline) throw locked(name.join(" "));
    if (told !== holder)
      log(`wait for the lock of the host, held by ${name.join(" ")} (at the most ${patienceSeconds / 60} min)`);
    told = holder;
    await new Promise((resolve) => setTimeout(resolve, 1000));
  }
}

function locked(holder: string): Failure {
  return new Failure({
    tried: `take the lock of the host (${lockPath})`,
    found: `after ${patienceSeconds / 60} minutes it is still held by ${holder}`,
    left: "nothing was changed",
    next: `wait for that run to end, then run \`pulumi up\` again; where it hangs, \`fuser -v ${lockPath}\` on the host shows its shell`,
  });
}
