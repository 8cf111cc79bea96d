// Shell functions that tell the host's own processes from those of containers, which /proc shows as well, and
// this Postfix from another instance (postmulti(1)).
import { lines, type ShellText, sh } from "../steps/shell.ts";

/** Of the directory that Postfix's daemons are in (daemon_directory). */
export const postfixDaemons = "/usr/lib/postfix/sbin";

/**
 * `own PID`: the pid name space and the root directory are those of our shell. Not the mount name space: a unit
 * that systemd shuts out of something has one of its own (Debian 13's postfix.service), and so has a login
 * with pam_namespace(8).
 */
export const own: ShellText = sh`own() { [ /proc/$1/ns/pid -ef /proc/self/ns/pid ] && [ /proc/$1/root -ef / ]; }`;

/** The links to the executables of all processes of a program, also of one that was upgraded meanwhile. */
export function executablesOf(program: string): ShellText {
  return sh`$(find /proc/[0-9]*/exe -maxdepth 0 '(' -lname ${program} -o -lname ${`${program} (deleted)`} ')' 2>/dev/null)`;
}

/** `of_main PID`: a master of /etc/postfix. The command `postfix` tells each master which folder is its own. */
export const ofMain: ShellText = sh`of_main() {
  case $({ tr '\0' '\n' < /proc/$1/environ | grep ^MAIL_CONFIG=; } 2>/dev/null) in '' | *=/etc/postfix) ;; *) return 1 ;; esac
}`;

/** Sets `master` to the process that all of this Postfix descends from; to nothing where it does not run. */
export const findMaster: ShellText = lines(
  own,
  ofMain,
  sh`master=
for exe in ${executablesOf(`${postfixDaemons}/master`)}; do
  pid=\${exe%/exe} pid=\${pid#/proc/}
  if own $pid && of_main $pid; then master=$pid; fi
done`,
);
