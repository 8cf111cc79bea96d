// Only one process changes a host at a time: it holds a lock that lives as long as the root shell
// that took it. The kernel frees the lock when that shell ends, which is after its current command,
// so a lost connection never passes a half-done change to another process.
import { randomBytes } from "node:crypto";
import { hostname, userInfo } from "node:os";
import { Failure } from "../core/failure.ts";
import { sh } from "../core/shell.ts";
import type { RootShell } from "./root-shell.ts";

/** The file vanishes with a reboot, as does every process that could hold the lock. */
export const lockPath = "/run/sasl-mail-host.lock";

/** Another run may be installing packages: this is as long as the wait for apt's own locks. */
const patienceSeconds = 600;

/** All connections of this process share this token, since a stack may name a host in two ways. */
const token = randomBytes(8).toString("hex");

/**
 * flock(1) on descriptor 9 of the shell itself. Prints the holder when the lock is taken. The file is
 * readable by root only: whoever can open a file, even to read it, can hold a lock on it (flock(2)).
 */
function lockScript(owner: string) {
  const holder = `${token} ${owner}, ${userInfo().username}@${hostname()}, since ${new Date().toISOString()}`;
  return sh`mask=$(umask); umask 077; command exec 9>>${lockPath}; failed=$?; umask "$mask"
if [ $failed -eq 0 ] && chmod 600 ${lockPath} && flock -n 9; then printf '%s\n' ${holder} > ${lockPath}; else cat -- ${lockPath}; command exec 9>&-; fi`;
}

/**
 * Takes the lock and runs `read` in the same round trip. A read made while another run held the
 * lock does not show what that run leaves behind, so it is repeated once the lock is held.
 */
export async function whileLocked<Found>(
  shell: RootShell,
  owner: string,
  log: (line: string) => void,
  read: () => Promise<Found>,
): Promise<Found> {
  const deadline = Date.now() + patienceSeconds * 1000;
  for (let announced = ""; ; ) {
    const taking = shell.requestHere("take the lock of the host", lockScript(owner));
    const [answer, found] = await Promise.all([taking, read()]);
    const [holder = "", ...name] = answer.stdout.toString("utf8").trim().split(" ");
    if (holder === "" || holder === token) return found;
    if (Date.now() > deadline) throw locked(name.join(" "));
    if (announced !== holder)
      log(`wait for the lock of the host, held by ${name.join(" ")} (at the most ${patienceSeconds / 60} min)`);
    announced = holder;
    await new Promise((resolve) => setTimeout(resolve, 1000));
  }
}

function locked(holder: string): Failure {
  return new Failure({
    code: "host-locked",
    tried: `take the lock of the host (${lockPath})`,
    found: `after ${patienceSeconds / 60} minutes it is still held by ${holder}`,
    left: ["nothing was changed"],
    next: `wait for that run to end, then run \`pulumi up\` again; where it hangs, \`fuser -v ${lockPath}\` on the host shows its shell`,
  });
}
