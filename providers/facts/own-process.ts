// Shell functions that separate the host's own processes from those of containers, which /proc
// shows as well, and this Postfix from another instance (postmulti(1)).
import { lines, type ShellText, sh } from "../core/shell.ts";

/** The directory of Postfix's daemons (daemon_directory). */
export const postfixDaemons = "/usr/lib/postfix/sbin";

/**
 * `own PID`: whether the process belongs to root, and the PID name space and the root directory are
 * those of our shell. Any user may run these programs with arguments of their own choice, so only
 * what root runs counts: the real and effective user in proc_pid_status(5), since the folder of a
 * process that is not dumpable belongs to root, too. The mount name space is not compared: a systemd
 * unit with restricted paths has its own (Debian 13's postfix.service), and so has a login with
 * pam_namespace(8).
 */
export const own: ShellText = sh`by_root() {
  { while read -r key real effective rest; do
    case $key in Uid:) [ "$real $effective" = '0 0' ]; return ;; esac
  done < "/proc/$1/status"; } 2>/dev/null
  return 1
}
own() { by_root "$1" && [ "/proc/$1/ns/pid" -ef /proc/self/ns/pid ] && [ "/proc/$1/root" -ef / ]; }`;

/**
 * The links to the executables of all processes of a program, including one that was upgraded
 * since.
 */
export function executablesOf(program: string): ShellText {
  return sh`$(find /proc/[0-9]*/exe -maxdepth 0 '(' -lname ${program} -o -lname ${`${program} (deleted)`} ')' 2>/dev/null)`;
}

/**
 * `of_main PID`: whether it is a master of /etc/postfix. The command `postfix` passes each master
 * its configuration folder.
 */
export const ofMain: ShellText = sh`of_main() {
  case $({ tr '\0' '\n' < /proc/$1/environ | grep ^MAIL_CONFIG=; } 2>/dev/null) in '' | *=/etc/postfix) ;; *) return 1 ;; esac
}`;

/**
 * Sets `master` to the process from which all of this Postfix descends, or to nothing where it does
 * not run.
 */
export const findMaster: ShellText = lines(
  own,
  ofMain,
  sh`master=
for exe in ${executablesOf(`${postfixDaemons}/master`)}; do
  pid=\${exe%/exe} pid=\${pid#/proc/}
  if own $pid && of_main $pid; then master=$pid; fi
done`,
);
