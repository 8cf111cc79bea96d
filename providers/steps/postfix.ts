// Steps on the Postfix service, for both forms that Debian has: one unit (13), or an empty `postfix.service` above the
// instance `postfix@-` (12), whose own state says nothing about the daemon.

import { listeners } from "../facts/listeners.ts";
import { findMaster } from "../facts/own-process.ts";
import { loadedPath, noteLoaded, served } from "../facts/postfix.ts";
import { lines, type ShellText, sh } from "./shell.ts";
import type { Run, Step, WaitFor } from "./step.ts";

/**
 * `postfix(1)` does with every instance what it is told, where there are several; postmulti(1) with this one
 * alone.
 */
const thisPostfix = sh`postmulti -i - -p`;

/** Whether it runs. */
const postfixRuns = sh`${thisPostfix} status >/dev/null 2>&1`;

/** Refuses a configuration that Postfix itself calls wrong. It passes much that does not work: that is what the probe is for. */
export const checkPostfix: Run = {
  do: "run",
  reason: "postfix check: before the configuration is loaded",
  // Postfix 3.7 (Debian 12) tells the log alone what is wrong; postconf tells us, with file and line
  script: sh`${thisPostfix} check && exit 0
postconf > /dev/null
postconf -M > /dev/null
exit 1`,
  next: "Postfix still runs with the configuration it had; put right what it names, then run `pulumi up` again",
};

/** `restart`, because on Debian 12 the unit may still be called active when the daemon is gone. */
export function startPostfix(reason: string): Run {
  return {
    do: "run",
    reason,
    script: lines(sh`systemctl restart postfix || exit 1`, noteLoaded),
    next: "journalctl -u 'postfix*' on the host tells why it does not start",
  };
}

/** Also ends a Postfix that was started by hand, outside its unit. */
export function stopPostfix(reason: string): Run {
  return {
    do: "run",
    reason,
    script: sh`systemctl stop postfix; if ${postfixRuns}; then ${thisPostfix} stop; fi; ! ${postfixRuns}`,
  };
}

/** Enough for changed listeners, entries, SASL files and group membership; no connection is refused meanwhile. */
export function reloadPostfix(reason: string): Run {
  return { do: "run", reason, script: lines(sh`systemctl reload postfix || exit 1`, noteLoaded) };
}

/**
 * Ends the daemons of services that master.cf no longer has. A reload leaves them to their clients, and as long as one is
 * connected Postfix 3.10 (Debian 13) runs in a busy loop and starts no other daemon: port 25 stands still [measured].
 */
export const endRemovedServices: ShellText = sh`${findMaster}
services=$(postconf -M | cut -d ' ' -f 1)
for pid in $(if [ -n "$master" ]; then pgrep -P "$master"; fi); do
  service=$(tr '\0' '\n' < "/proc/$pid/cmdline" | sed -n '/^-n$/{n;p;q}')
  if [ -n "$service" ] && ! printf '%s\n' "$services" | grep -qxF -e "$service"; then kill "$pid"; fi
done`;

/** For an undo: reloads where Postfix runs, so that what was taken out of the configuration is gone from the daemon too. */
export function reloadIfRunning(reason: string): Run {
  const reload = lines(
    sh`if ${postfixRuns}; then`,
    sh`systemctl reload postfix || exit 1`,
    endRemovedServices,
    // no note where there is none: PostfixService has taken it away before, when all is taken back
    sh`if [ -e ${loadedPath} ]; then`,
    noteLoaded,
    sh`fi`,
    sh`fi`,
  );
  return { do: "run", reason, script: reload };
}

/** Waits until Postfix holds the ports. */
export function waitForPorts(ports: readonly number[]): WaitFor {
  return {
    do: "wait",
    what: `Postfix to listen on ${ports.join(" and ")}`,
    until: served(ports, listeners),
    timeoutSeconds: 30,
    next: "ss -ltnp on the host shows who holds the port; journalctl -u 'postfix*' tells why Postfix does not",
  };
}

/** Makes the unit start at boot, or not. */
export function setEnabled(unit: string, enabled: boolean, found: string): Step {
  return {
    do: "run",
    reason: `${enabled ? "enable" : "disable"} ${unit} at boot: it is ${found}`,
    script: enabled ? sh`systemctl enable ${unit} 2>&1` : sh`systemctl disable ${unit} 2>&1`,
    undo: {
      // a unit that went with its package has nothing to give back
      script: sh`systemctl cat ${unit} >/dev/null 2>&1 || exit 0
systemctl ${enabled ? "disable" : "enable"} ${unit}`,
    },
  };
}
