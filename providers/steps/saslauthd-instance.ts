// Steps on a saslauthd that runs outside of its own unit: of an instance file, of a unit that somebody wrote, or started by hand.
import { saslauthdPath } from "../facts/saslauthd.ts";
import { lines, type ShellText, sh } from "./shell.ts";
import type { Run } from "./step.ts";

/** A daemon that something else than saslauthd.service has started. */
export interface ForeignDaemon {
  readonly argv: readonly string[];
  /** The unit that is there for it, or `null`: then only a kill ends it, and only its command line starts it again. */
  readonly unit: string | null;
  /** The unit starts at boot. */
  readonly enabled: boolean;
}

/** Its socket is served by saslauthd.service from now on, and two daemons can not share one. */
export function endDaemon(daemon: ForeignDaemon, pid: number, reason: string): Run {
  return {
    do: "run",
    reason,
    script: daemon.unit === null ? killed(pid) : stopped(daemon.unit, daemon.enabled),
    timeoutSeconds: 200,
    // one that was never ended, or runs again, is not started twice; ours would hold the lock of the socket
    undo: {
      script: lines(
        sh`others=$(ps -o unit=,args= -C saslauthd | grep -v '^saslauthd[.]service' | sed 's/^[^ ]* *//')
if printf '%s\n' "$others" | grep -qxF -e ${daemon.argv.join(" ")}; then exit 0; fi`,
        sh`systemctl stop saslauthd`,
        started(daemon),
      ),
    },
  };
}

/** As it ran before. */
export function startDaemon(daemon: ForeignDaemon): Run {
  const what = daemon.unit ?? daemon.argv.join(" ");
  return {
    do: "run",
    reason: `start ${what}: it ran before`,
    script: started(daemon),
    timeoutSeconds: 200,
    next: `journalctl -t saslauthd on the host tells why it does not start`,
  };
}

function started({ argv, unit, enabled }: ForeignDaemon): ShellText {
  // it goes into the background by itself; with our pipes open the connection would wait for it
  if (unit === null) return sh`${argv} < /dev/null > /dev/null 2>&1`;
  const start = sh`systemctl start -- ${unit} || exit 1`;
  return enabled ? lines(start, sh`systemctl enable -- ${unit} 2>&1`) : start;
}

/** `disable`, because at the next boot it would take the socket first. */
function stopped(unit: string, enabled: boolean): ShellText {
  const stop = sh`systemctl stop -- ${unit} || exit 1`;
  return enabled ? lines(stop, sh`systemctl disable -- ${unit} 2>&1`) : stop;
}

function killed(pid: number): ShellText {
  const file = `/proc/${pid}`;
  return sh`if [ "$(readlink ${`${file}/exe`})" = ${saslauthdPath} ]; then kill ${pid}; fi
for try in 1 2 3 4 5 6 7 8 9 10; do
  if [ ! -e ${file} ]; then exit 0; fi
  sleep 0.2
done
exit 1`;
}
