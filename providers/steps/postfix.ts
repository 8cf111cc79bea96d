// Steps on the Postfix service, for both forms that Debian has: one unit (13), or an empty
// `postfix.service` above the instance `postfix@-` (12), whose own state does not reflect the
// daemon.

import { lines, type ShellText, sh } from "../core/shell.ts";
import { complaintsOfPostfix, logOfTheLast, postfixSaysWhy } from "../facts/host-log.ts";
import { listeners } from "../facts/listeners.ts";
import { findMaster } from "../facts/own-process.ts";
import { loadedPath } from "../facts/postfix.ts";
import { portsServed } from "../facts/served-ports.ts";
import { daemonsAsBefore } from "./daemons-as-before.ts";
import { loadPostfix, noteLoaded, reloadFunction, thisPostfix } from "./postfix-loading.ts";
import type { RunScript, Step, WaitFor } from "./step.ts";

const postfixRuns = sh`${thisPostfix} status >/dev/null 2>&1`;

/**
 * Shell function `postfix_runs`. The pid file and the master process are looked up, because
 * `postfix status` also fails beside a running master where master.cf is broken; a restart would
 * then end a Postfix that runs.
 */
export const findPostfix: ShellText = sh`postfix_runs() {
name= pid=
if command -v postconf >/dev/null; then
  queue=$(postconf -h queue_directory 2>/dev/null)
  { read -r pid < "\${queue:-/var/spool/postfix}/pid/master.pid"; } 2>/dev/null
  name=$(cat "/proc/\${pid:-none}/comm" 2>/dev/null)
  if grep -q '^State:[[:space:]]*Z' "/proc/\${pid:-none}/status" 2>/dev/null; then name=; fi
fi
${findMaster}
[ "$name" = master ] || [ -n "$master" ]
}`;

/**
 * Run after a failure of Postfix: prints what it logged since then, and whether it runs, on
 * standard error. The master process is looked up, because `postfix status` also fails where it
 * cannot read master.cf.
 */
const tellWhy = sh`${postfixSaysWhy}
${findMaster}
if [ -n "$master" ]; then echo 'Postfix runs on, with the configuration it had' >&2; else echo 'Postfix does not run' >&2; fi`;

/** Makes Postfix load its files; a failure tells what Postfix says of it. */
function loading(verb: "restart" | "reload"): ShellText {
  return lines(sh`since=$(date +%s)`, loadPostfix(verb, { ifFailed: lines(tellWhy, sh`exit 1`) }));
}

/**
 * Refuses a configuration that `postfix check` rejects. That check accepts much that does not work,
 * which the proof finds.
 */
export const checkPostfix: RunScript = {
  do: "run",
  reason: "postfix check: before the configuration is loaded",
  // Postfix 3.7 (Debian 12) reports the cause only in the log; postconf prints it with file and
  // line.
  script: sh`since=$(date +%s)
${thisPostfix} check && exit 0
postconf > /dev/null
postconf -M > /dev/null
${tellWhy}
exit 1`,
  code: "postfix-refuses-configuration",
  next: "put right what the host names (`postfix check` there says the same), then run the same command again",
};

const startAdvice =
  "put right what the host names (`journalctl -u 'postfix*' -n 50` there tells more), then run the same command again";

/**
 * `restart`, because on Debian 12 systemd may still report the unit as active when the daemon has
 * ended.
 */
export function startPostfix(reason: string): RunScript {
  return {
    do: "run",
    reason,
    script: loading("restart"),
    code: "postfix-not-started",
    next: startAdvice,
    undo: daemonsAsBefore,
  };
}

/**
 * Also ends a Postfix that was started manually, outside its unit. Fails where it still runs. It
 * needs `findPostfix`. The wait is for a master that is about to exit: `systemctl stop postfix` of
 * Debian 12 does not wait for postfix@-.service, and `postfix stop` ends as soon as the lock of
 * master.pid is free.
 */
export const endPostfix = sh`systemctl stop postfix; if postfix_runs; then ${thisPostfix} stop; fi
for try in 1 2 3 4 5 6 7 8 9 10; do
  if ! postfix_runs; then break; fi
  sleep 0.5
done
! postfix_runs || { echo 'Postfix still runs' >&2; false; }`;

export function stopPostfix(reason: string): RunScript {
  return { do: "run", reason, script: lines(findPostfix, endPostfix), undo: daemonsAsBefore };
}

/**
 * A reload suffices for changed listeners, entries, SASL files and group membership, and refuses no
 * connection meanwhile.
 */
export function reloadPostfix(reason: string): RunScript {
  return { do: "run", reason, script: loading("reload"), code: "postfix-not-started", next: startAdvice };
}

/**
 * Ends the daemons of services that were removed from master.cf. A reload leaves them to their
 * clients, and while one is connected, Postfix 3.10 (Debian 13) runs in a busy loop and starts no
 * other daemon, so port 25 does not answer (measured). Where master.cf is broken, postconf lists no
 * service, and no daemon is ended.
 */
export const endRemovedServices: ShellText = sh`${findMaster}
services=$(postconf -M) && [ -n "$services" ] || master=
for pid in $(if [ -n "$master" ]; then pgrep -P "$master"; fi); do
  service=$(tr '\0' '\n' < "/proc/$pid/cmdline" | sed -n '/^-n$/{n;p;q}')
  if [ -n "$service" ] && ! printf '%s\n' "$services" | cut -d ' ' -f 1 | grep -qxF -e "$service"; then kill "$pid"; fi
done`;

/**
 * For a resource's `remove` (destroy or replacement): reloads where Postfix runs, so that the daemon
 * also drops what was removed from the configuration. Where Postfix cannot read its files,
 * `postfix status` fails as a reload would, and none is tried.
 */
export function reloadIfRunning(reason: string): RunScript {
  const reload = lines(
    reloadFunction,
    sh`if ${postfixRuns}; then`,
    sh`reload_postfix || exit 1`,
    endRemovedServices,
    // In a destroy PostfixService.remove has deleted the note before; none is written again then.
    sh`if [ -e ${loadedPath} ]; then`,
    noteLoaded,
    sh`fi`,
    sh`fi`,
  );
  return { do: "run", reason, script: reload };
}

/** Seconds within which Postfix must listen. */
const listenTimeoutSeconds = 30;

/** Waits until Postfix holds the ports. */
export function waitForPorts(ports: readonly number[]): WaitFor {
  const log = logOfTheLast((listenTimeoutSeconds + 10) * 1000);
  return {
    do: "wait",
    what: `Postfix to listen on ${ports.join(" and ")}`,
    until: portsServed(ports, listeners),
    timeoutSeconds: listenTimeoutSeconds,
    code: "postfix-not-started",
    next: "`ss -ltnp` on the host shows who holds the port, `journalctl -u 'postfix*' -n 50` why Postfix does not; put that right, then run the same command again",
    why: { ...log, parse: (answer) => complaintsOfPostfix(log.parse(answer)) },
  };
}

/** Enables or disables the unit at boot. */
export function setEnabled(unit: string, enabled: boolean, found: string): Step {
  return {
    do: "run",
    reason: `${enabled ? "enable" : "disable"} ${unit} at boot: it is ${found}`,
    script: enabled ? sh`systemctl enable ${unit} 2>&1` : sh`systemctl disable ${unit} 2>&1`,
    undo: {
      // A unit that was removed with its package has nothing to restore; a systemd that does not
      // answer is a failure.
      script: sh`systemctl cat ${unit} >/dev/null 2>&1 || { systemctl show -p Version >/dev/null && exit 0; exit 1; }
systemctl ${enabled ? "disable" : "enable"} ${unit}`,
    },
  };
}
