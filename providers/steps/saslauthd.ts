// Steps on the saslauthd service, and the drop-in that adapts its unit to a socket directory inside
// Postfix's chroot.

import { sh } from "../core/shell.ts";
import { statusOf } from "../facts/file.ts";
import type { RunningProcess } from "../facts/process.ts";
import { endProcesses } from "./saslauthd-end.ts";
import type { RunScript, WaitFor } from "./step.ts";

export const dropInFolder = "/etc/systemd/system/saslauthd.service.d";
export const dropInPath = `${dropInFolder}/sasl-mail-host.conf`;

/**
 * No start waits for a PID file, so that none fails or hangs where the default file starts no daemon
 * or one elsewhere (START=no, another `-m`): apt restarts the unit when it configures sasl2-bin, and
 * dpkg leaves the package half-configured where Debian 12's start script then fails. systemd takes
 * the one child of its own as the main process (GuessMainPID), notices when it is killed, and ends
 * the workers with it (KillMode); the unit that systemd makes of a sysv script does neither.
 * The directory is made at each start as the override registers it, since nothing else does so at
 * run time: saslauthd itself would make it 0755. Debian 13's RuntimeDirectory=saslauthd would open
 * /run/saslauthd to everyone and remove it at each stop, even while another daemon serves it.
 */
export function dropIn(socketDirectory: string): string {
  return `# Written by sasl-mail-host (Pulumi); taken away again by pulumi destroy.
[Service]
PIDFile=
GuessMainPID=yes
RemainAfterExit=no
KillMode=mixed
RuntimeDirectory=
ExecStartPre=/bin/sh -c 'set -- $$(dpkg-statoverride --list ${socketDirectory}); exec install -d -o $$\{1:-root} -g $$\{2:-sasl} -m $$\{3:-710} ${socketDirectory}'
`;
}

/**
 * A failed start prints the files of the unit and the last rows that the journal has of the attempt.
 * Without `journalctl --sync` some may be missing, and `-n` counts from the beginning where there is
 * a `--since` (systemd 252). The sysv script may start nothing and still succeed.
 */
const start = sh`since=$(date +%s.%6N)
if systemctl start saslauthd; then
  for try in 1 2 3 4 5 6 7 8 9 10; do
    if ps -o unit= -C saslauthd | grep -q '^saslauthd[.]service'; then exit 0; fi
    sleep 0.2
  done
  echo 'no daemon came up' >&2
fi
systemctl show -p FragmentPath -p DropInPaths saslauthd >&2
journalctl --sync 2>/dev/null
journalctl -q --no-pager -o cat --since="@$since" -u saslauthd | tail -n 12 >&2
exit 1`;

/**
 * daemon-reload comes first: without it a start waits 90 s for the PID file of Debian 13's unit, or
 * of an earlier drop-in. `strays` are processes on the same socket: one that was started manually is
 * not the unit's, holds the socket's lock, and would make the start fail. Processes of the unit
 * itself may outlive a stop, since Debian 12's has KillMode=process without our drop-in.
 */
export function restartSaslauthd(reason: string, strays: readonly RunningProcess[]): RunScript {
  const pids = strays.map(({ pid }) => String(pid));
  return {
    do: "run",
    reason,
    script: sh`systemctl daemon-reload || exit 1
old=$(ps -o pid=,unit= -C saslauthd | sed -n 's/^ *\([0-9]*\) saslauthd[.]service *$/\1/p')
systemctl stop saslauthd
${endProcesses(sh`$old ${pids}`)}
# systemd refuses the sixth start within ten seconds, whoever asked for the five before
systemctl reset-failed saslauthd 2>/dev/null
${start}`,
    timeoutSeconds: 200,
    code: "saslauthd-not-started",
    next: "`journalctl -u saslauthd -n 50` on the host tells why it does not start; put that right, then run the same command again",
  };
}

/**
 * Starts it as it ran before our first change. Its own files may not allow that, which was never
 * tested; then the failure is only reported.
 */
export const startAgain: RunScript = { ...restartSaslauthd("start saslauthd: it ran before", []), mayFail: true };

/**
 * Restarts without reading units again, only to drop cached logins. On Debian 12 one unit may hold
 * several daemons.
 */
export function forgetLogins(socketDirectories: readonly string[]): readonly [RunScript, ...WaitFor[]] {
  return [
    {
      do: "run",
      reason: "restart saslauthd: a remembered login must not stand in for a real one",
      script: sh`systemctl reset-failed saslauthd 2>/dev/null; systemctl restart saslauthd`,
      timeoutSeconds: 200,
      code: "saslauthd-not-started",
      next: "`journalctl -u saslauthd -n 50` on the host tells why it does not start; put that right, then run the same command again",
    },
    ...socketDirectories.map(waitForSocket),
  ];
}

/**
 * Warns of daemons with cached logins that no restart of saslauthd.service reaches: it has not
 * started them.
 */
export function warnOfCachedLogins(pids: readonly number[], name: string): RunScript {
  const words = `saslauthd (process ${pids.join(" and ")}) caches logins and was not restarted, since saslauthd.service has not started it: it may still accept the old login of ${name} for up to 8 hours; restart it by hand, unless this run ends it`;
  return { do: "run", reason: words, script: sh`warn ${words}`, quiet: true };
}

/** Waits until the daemon's socket exists. */
export function waitForSocket(socketDirectory: string): WaitFor {
  const socket = statusOf(`${socketDirectory}/mux`);
  return {
    do: "wait",
    what: `saslauthd to open ${socketDirectory}/mux`,
    until: { ...socket, parse: (answer) => socket.parse(answer)?.type === "socket" },
    timeoutSeconds: 20,
    code: "saslauthd-not-started",
    next: "`journalctl -u saslauthd -n 50` on the host tells what it waits for; put that right, then run the same command again",
  };
}
