// Shell text that makes Postfix load its files, and that records on the host what it has loaded.

import { lines, type ShellText, sh } from "../core/shell.ts";
import { findMaster } from "../facts/own-process.ts";
import { digestScript, loadedPath, masterCfPath } from "../facts/postfix.ts";

/** `postfix(1)` applies a command to every instance; postmulti(1) applies it to this one alone. */
export const thisPostfix: ShellText = sh`postmulti -i - -p`;

/** Records what Postfix has just loaded; run after each of our reloads and starts. */
export const noteLoaded: ShellText = lines(sh`rm -f -- ${loadedPath}`, sh`{`, digestScript, sh`} > ${loadedPath}`);

/**
 * Shell function `reload_postfix`. A master whose program an upgrade has replaced is ended and
 * started anew: it cannot talk to the new daemons that it starts. After an upgrade from Debian 12 to
 * 13 it still runs in the unit postfix@-.service, which Debian 13 does not have for this instance,
 * and `systemctl reload postfix` ends it (measured). Any other master is reloaded by Postfix's own
 * command, which reaches it wherever it was started: on Debian 12 `systemctl reload postfix` passes
 * the reload on to postfix@-.service, and succeeds also where that one is inactive (measured). It is
 * left as it is where master.cf is gone: the master would end at the reload, while Postfix's own
 * command refuses one beside a master.cf that it cannot read (measured on 3.7 and 3.10).
 */
export const reloadFunction: ShellText = sh`reload_postfix() {
${findMaster}
case $(readlink "/proc/\${master:-none}/exe") in
*' (deleted)')
  ${thisPostfix} stop
  systemctl stop postfix 'postfix@-.service' 2>/dev/null
  systemctl reset-failed postfix 'postfix@-.service' 2>/dev/null
  systemctl start postfix ;;
*)
  if [ -e ${masterCfPath} ]; then ${thisPostfix} reload
  else echo ${`not reloaded: ${masterCfPath} does not exist`} >&2; false; fi ;;
esac
}`;

/**
 * Makes Postfix load its files. Only where it has loaded them, `afterwards` runs and the load is
 * recorded; `ifFailed` runs where it has not.
 */
export function loadPostfix(
  verb: "reload" | "restart",
  { afterwards = sh`:`, ifFailed }: { readonly afterwards?: ShellText; readonly ifFailed: ShellText },
): ShellText {
  return sh`${reloadFunction}
if ${verb === "restart" ? sh`systemctl restart postfix` : sh`reload_postfix`}; then
${lines(afterwards, noteLoaded)}
else
${ifFailed}
fi`;
}
