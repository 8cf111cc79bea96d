// Steps on a saslauthd that runs outside saslauthd.service: from an instance file, from a custom
// unit, or started manually.

import { lines, type ShellText, sh } from "../core/shell.ts";
import { saslauthdPath } from "../facts/saslauthd.ts";
import { endProcesses } from "./saslauthd-end.ts";
import type { RunScript } from "./step.ts";

/** A daemon that was not started by saslauthd.service. */
export interface ForeignDaemon {
  readonly argv: readonly string[];
  /**
   * The unit of the daemon, or `null`: then only a kill ends it, and only its command line starts
   * it again.
   */
  readonly unit: string | null;
  /** The unit starts at boot. */
  readonly enabled: boolean;
}

/** saslauthd.service will serve its socket, and two daemons cannot share one. */
export function endDaemon(daemon: ForeignDaemon, pid: number, reason: string): RunScript {
  return {
    do: "run",
    reason,
    script: daemon.unit === null ? killed(pid) : stopped(daemon.unit, daemon.enabled),
    timeoutSeconds: 200,
    // A daemon that was never ended, or runs again, is not started twice. Ours would hold the lock
    // of the socket.
    undo: {
      script: lines(
        sh`others=$(ps -o unit=,args= -C saslauthd | grep -v '^saslauthd[.]service' | sed 's/^[^ ]* *//')
if printf '%s\n' "$others" | grep -qxF -e ${daemon.argv.join(" ")}; then exit 0; fi`,
        sh`systemctl stop saslauthd || ! systemctl -q is-active saslauthd || exit 1`,
        started(daemon),
      ),
    },
  };
}

/** Starts the daemon with its previous command line. */
export function startDaemon(daemon: ForeignDaemon): RunScript {
  const what = daemon.unit ?? daemon.argv.join(" ");
  return {
    do: "run",
    reason: `start ${what}: it ran before`,
    script: started(daemon),
    timeoutSeconds: 200,
    code: "saslauthd-not-started",
    next: "`journalctl -t saslauthd -n 50` on the host tells why it does not start; put that right, then run the same command again",
  };
}

function started({ argv, unit, enabled }: ForeignDaemon): ShellText {
  // saslauthd daemonizes itself; with our pipes open the connection would wait for it. Its name for
  // itself, argv[0], is no path to run.
  if (unit === null) return sh`${[saslauthdPath, ...argv.slice(1)]} < /dev/null > /dev/null 2>&1`;
  const start = sh`systemctl start -- ${unit} || exit 1`;
  return enabled ? lines(start, sh`systemctl enable -- ${unit} 2>&1`) : start;
}

/** `disable`, because at the next boot the daemon would take the socket first. */
function stopped(unit: string, enabled: boolean): ShellText {
  const stop = sh`systemctl stop -- ${unit} || exit 1`;
  return enabled ? lines(stop, sh`systemctl disable -- ${unit} 2>&1`) : stop;
}

function killed(pid: number): ShellText {
  return lines(endProcesses(sh`${pid}`), sh`[ ! -e ${`/proc/${pid}`} ]`);
}
