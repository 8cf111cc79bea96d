// Whether the undo of an apt run runs in the very root shell in which that run failed: then the
// files that its maintainer scripts made are as the scripts left them, and need no copy.
import { sh } from "../core/shell.ts";

/** Names the root shell whose apt run failed last; removed by its undo, or by the next run. */
export const endedPath = "/run/sasl-mail-host.ended";

/**
 * One word for the root shell: its PID with its start time (proc_pid_stat(5)). A roll-back hands it
 * to each undo as SASL_MAIL_HOST_SHELL.
 */
export const ownShell = sh`"$$-$(cut -d ' ' -f 22 "/proc/$$/stat" 2>/dev/null)"`;

/** After an apt run that failed: "$earlier" is the last record from before it. */
export const noteEnded = sh`printf '%s %s\n' ${ownShell} "\${earlier:-0000}" > ${endedPath}`;

/** Sets "$ended", the last record from before the apt run, where this is the undo of that very run. */
export const recallEnded = sh`if [ -e ${endedPath} ]; then
  read -r shell before < ${endedPath}
  if [ "$shell" = "$SASL_MAIL_HOST_SHELL" ] && [ "$before" = "\${after:-0000}" ]; then ended=$before; fi
  rm -f -- ${endedPath}
fi`;
