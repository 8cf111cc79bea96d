// Ends processes of saslauthd, those included that no longer react to SIGTERM.

import { type ShellText, sh } from "../core/shell.ts";
import { saslauthdPath } from "../facts/saslauthd.ts";

/**
 * Sends SIGTERM, and SIGKILL after two seconds. saslauthd logs in its signal handlers, which
 * signal-safety(7) forbids: when its workers end at the same moment, the parent may wait for its own
 * lock for ever (15 of 80 stops with twelve workers, Debian 12). Debian's sysv script sends SIGKILL
 * after 30 seconds. Each process is checked to be saslauthd at each signal, since process IDs are
 * used again.
 *
 * @param pids Process IDs, as words of a `for`.
 */
export function endProcesses(pids: ShellText): ShellText {
  return sh`for signal in TERM KILL; do
  for pid in ${pids}; do
    if [ "$(readlink "/proc/$pid/exe")" = ${saslauthdPath} ]; then kill -s "$signal" "$pid"; fi
  done
  for try in 1 2 3 4 5 6 7 8 9 10; do
    left=
    for pid in ${pids}; do if [ -e "/proc/$pid" ]; then left=yes; fi; done
    if [ -z "$left" ]; then break 2; fi
    sleep 0.2
  done
done`;
}
