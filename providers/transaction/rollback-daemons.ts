// Shell text that sets the daemons after a rollback as they were when the journal was opened.
import { lines, type ShellText, sh } from "../core/shell.ts";
import type { Journal } from "../facts/journal.ts";
import { endPostfix, endRemovedServices, findPostfix } from "../steps/postfix.ts";
import { loadPostfix } from "../steps/postfix-loading.ts";

/** The first word of a line `daemon TAB name TAB words` about a daemon that is not as it was. */
export const daemonRow = "daemon";

/** The last words of a daemon's log since `$since`; `-n` would count from there (systemd 252). */
const functions = sh`since=$(date +%s.%6N)
last_words() {
  journalctl --sync 2>/dev/null
  journalctl -q --no-pager -o cat --since="@$since" -u "$1" 2>/dev/null | tail -n 6
}
not_as_before() {
  failed=yes
  printf '%s\t%s\t%s\n' ${daemonRow} "$1" "$(printf %s "$2" | tr '\n\t' '  ' | tail -c 1000)"
}`;

/** A sysv script may start nothing and still succeed. */
const restartSaslauthd = sh`systemctl reset-failed saslauthd 2>/dev/null
said=$(
  systemctl restart saslauthd 2>&1 || exit 1
  for try in 1 2 3 4 5 6 7 8 9 10; do
    if ps -o unit= -C saslauthd | grep -q '^saslauthd[.]service'; then exit 0; fi
    sleep 0.2
  done
  echo 'no daemon came up'
  exit 1
) || not_as_before saslauthd "it ran before and does not start: $said $(last_words saslauthd)"`;

const stopSaslauthd = sh`said=$(systemctl stop saslauthd 2>&1) || ! systemctl -q is-active saslauthd ||
  not_as_before saslauthd "it was stopped before and does not end: $said"`;

/**
 * Stops only the daemons that were stopped when the journal was opened. Where that is not known,
 * running daemons continue with the current files, and so does a Postfix whose package stays.
 */
export function daemonsScript(daemons: Journal["daemons"]): ShellText {
  const reload = loading("reload", endRemovedServices);
  const first = lines(sh`systemctl daemon-reload`, functions, findPostfix);
  if (typeof daemons === "string") {
    return sh`${first}
if postfix_runs; then
${reload}
fi`;
  }
  return lines(
    first,
    daemons.saslauthd === "running" ? restartSaslauthd : stopSaslauthd,
    daemons.postfix === "running"
      ? sh`if postfix_runs; then
${reload}
else
${loading("restart", sh`:`)}
fi`
      : sh`if postfix_runs; then
if [ -z "$stays" ]; then
said=$({ ${endPostfix}; } 2>&1) || not_as_before Postfix "Postfix still runs; it was stopped before: $said"
else
${reload}
echo 'Postfix is left running, since its package stays' >&2
fi
fi`,
  );
}

/** A load that fails is reported, and the rollback goes on. */
function loading(verb: "reload" | "restart", afterwards: ShellText): ShellText {
  return sh`said=$({
${loadPostfix(verb, { afterwards, ifFailed: sh`exit 1` })}
} 2>&1) || not_as_before Postfix ${`the ${verb} of Postfix failed: see journalctl -u 'postfix*' on the host:`}" $said $(last_words 'postfix*')"`;
}
