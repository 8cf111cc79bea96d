// The lock that lets one process at a time change a host. The root shell holds it, and its commands
// do not (start-shell.ts closes the descriptor for them), so a daemon that a command starts cannot
// keep it. The kernel frees it when the shell ends. A shell whose connection is lost ends after its
// current command, so no other process finds a change half done.
import { randomBytes } from "node:crypto";
import { hostname, userInfo } from "node:os";
import { Failure } from "../core/failure.ts";
import { sh } from "../core/shell.ts";
import type { RootShell } from "./root-shell.ts";

/** The file vanishes with a reboot, as does every process that could hold the lock. */
export const lockPath = "/run/sasl-mail-host.lock";

/** Another run may be installing packages: this is as long as the wait for apt's own locks. */
const lockTimeoutSeconds = 600;

/**
 * The shells of this process that have asked for a lock, each with a token of its own. Two
 * connections of one run may lead to the same host, because a stack names it in two ways: the
 * second finds the token of the first and goes on without a lock of its own.
 */
export class LockHolders {
  readonly #process = randomBytes(8).toString("hex");
  readonly #shells: RootShell[] = [];

  tokenOf(shell: RootShell): string {
    const known = this.#shells.indexOf(shell);
    return `${this.#process}-${known < 0 ? this.#shells.push(shell) - 1 : known}`;
  }

  /** `undefined` where the token belongs to another process. */
  shellOf(token: string): RootShell | undefined {
    const [owner, index] = token.split("-");
    return owner === this.#process ? this.#shells[Number(index)] : undefined;
  }
}

/** The user and the machine that this process runs for: "alice@desk". */
export function whoRuns(): string {
  return `${userInfo().username}@${hostname()}`;
}

/**
 * flock(1) on descriptor 9 of the shell itself. Prints "taken", or "held" with what the holder has
 * written, which is nothing for a moment, or "unavailable". The file is readable by root only:
 * whoever can open a file, even to read it, can hold a lock on it (flock(2)).
 */
function lockScript(token: string, owner: string) {
  const holder = `${owner}, ${whoRuns()}, since ${new Date().toISOString()}`;
  return sh`mask=$(umask); umask 077; command exec 9>>${lockPath}; failed=$?; umask "$mask"
if [ $failed -ne 0 ] || ! chmod 600 ${lockPath}; then echo unavailable
elif flock -n 9; then printf '%s %s %s\n' ${token} $$ ${holder} > ${lockPath}; echo taken
else echo held "$(cat -- ${lockPath})"; command exec 9>&-
fi`;
}

/**
 * Ends a shell that holds the lock and runs no command, or waits in head(1) for the rest of a
 * request. Only for one whose connection this process has lost: sshd(8) notices a dead link after
 * hours, and the shell would wait until then.
 */
const endIdle = (pid: string) => sh`pid=${pid}
if [ "$(readlink "/proc/$pid/fd/9")" = ${lockPath} ] && children=$(cat "/proc/$pid/task/$pid/children"); then
  for child in $children; do [ "$(cat "/proc/$child/comm")" = head ] || exit 0; done
  kill -KILL "$pid" $children
fi`;

/**
 * Takes the lock and runs `read` in the same round trip. A read made while another run held the
 * lock does not show what that run leaves behind, so it is repeated once the lock is held.
 */
export async function whileLocked<Found>(
  shell: RootShell,
  holders: LockHolders,
  owner: string,
  log: (line: string) => void,
  read: () => Promise<Found>,
): Promise<Found> {
  const deadline = Date.now() + lockTimeoutSeconds * 1000;
  for (let announced: string | undefined; ; ) {
    const taking = shell.requestHere("take the lock of the host", lockScript(holders.tokenOf(shell), owner));
    const [answer, found] = await Promise.all([taking, read()]);
    const [state, token = "", pid = "", ...name] = answer.stdout.toString("utf8").trim().split(" ");
    if (state === "taken") return found;
    if (state !== "held") throw unavailable(answer.stderr);
    const ours = holders.shellOf(token);
    if (ours?.alive === true) return found;
    const holder = token === "" ? "a run that has not written its name yet" : name.join(" ");
    if (Date.now() > deadline) throw locked(holder, pid);
    if (announced !== token)
      log(`wait for the lock of the host, held by ${holder} (at the most ${lockTimeoutSeconds / 60} min)`);
    else if (ours !== undefined) await shell.request("end the shell of a lost connection", endIdle(pid));
    announced = token;
    await new Promise((resolve) => setTimeout(resolve, 1000));
  }
}

/**
 * Nobody is told to end the holder: apt or dpkg may be running in it. lslocks(8) and ps(1) are on
 * every Debian host.
 */
function locked(holder: string, pid: string): Failure {
  const shell = pid === "" ? "the PID that `lslocks -u | grep sasl-mail-host` shows" : pid;
  return new Failure({
    code: "host-locked",
    tried: `take the lock of the host (${lockPath})`,
    found: `after ${lockTimeoutSeconds / 60} minutes it is still held by ${holder}`,
    left: ["nothing was changed"],
    next: `wait for that run to end, then run the same command again. What it runs on the host: \`ps -e --forest -o pid,etime,args\` there shows it below process ${shell}; do not end it while it runs anything (apt, dpkg). The lock goes by itself when that run ends or its connection breaks; where its machine was switched off or lost its network, sshd may take two hours to notice (docs/how-to/rescue.md, The host is locked)`,
  });
}

function unavailable(said: string): Failure {
  return new Failure({
    code: "lock-unavailable",
    tried: `take the lock of the host (${lockPath})`,
    found: `the file cannot be opened or made private: ${said.trim() || "the host did not say why"}`,
    left: ["nothing was changed"],
    next: "see the file system of /run on the host (`df /run`, `df -i /run`, `findmnt /run`), and that flock(1) of util-linux is there (`command -v flock`); then run the same command again",
  });
}
