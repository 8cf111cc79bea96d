// What Postfix and saslauthd recently logged: from systemd's journal, or from the log files of a
// host without one.
import { type ShellText, sh } from "../core/shell.ts";
import { type Fact, textOf } from "./fact.ts";

/** One line of a log. */
export interface LogRow {
  /** "saslauthd" or "postfix/smtps/smtpd". */
  readonly program: string;
  readonly pid: number;
  readonly text: string;
}

/**
 * The log names of saslauthd and of all of Postfix. The names of Postfix's daemons end with a slash
 * and the program, whatever `syslog_name` is (postconf(5)); its commands also log before they read
 * that setting.
 */
const programs = "(saslauthd|post(fix|conf|super|log|multi|queue)|[^ /]+(/[^ /]+)*/[a-z-]+)\\[[0-9]+\\]: ";

/** Where rsyslog puts them on Debian. */
const files = ["/var/log/mail.log", "/var/log/auth.log", "/var/log/syslog", "/var/log/messages"];

/**
 * Any user may write rows in any program's name. Of systemd's journal only rows of root and of
 * Postfix's user count (systemd.journal-fields(7), _UID). The files of rsyslog do not say who wrote
 * a row, so they are read only where that journal has no rows of syslog(3), which rsyslog may
 * receive in its place.
 */
const journalHasRows = sh`journalctl -q --no-pager -b -n 1 _UID=0 _TRANSPORT=syslog 2>/dev/null | grep -q .`;

/**
 * Rows since the shell's `$since` (seconds, with a fraction). `journalctl --sync` comes first,
 * because the last rows may otherwise be missing. A log file has whole seconds in one of two forms:
 * "2026-11-30T08:06:57.1+00:00 host …" or "Nov 30 08:06:57 host …". Postfix's own log file is
 * always read, without rows of saslauthd: it does not write there, and postlog(1), which is set-gid
 * since Postfix 3.7, writes rows in any name for any user.
 */
const rowsSince = sh`rows_in() {
  [ -f "$1" ] || return 0
  tail -c 200000 -- "$1" | grep -aE ${programs} | tail -n 50 | while IFS= read -r row; do
    case $row in [0-9]*) stamp=\${row%% *} ;; *) stamp=$(printf %.15s "$row") ;; esac
    [ "$(date -d "$stamp" +%s 2>/dev/null || echo 0)" -lt "\${since%%.*}" ] || printf '%s\n' "$row"
  done
}
if command -v journalctl >/dev/null; then
  journalctl --sync 2>/dev/null
  set -- _UID=0
  if user=$(id -u postfix 2>/dev/null); then set -- "$@" "_UID=$user"; fi
  journalctl -q --no-pager -o short --since "@$since" "$@" 2>/dev/null | grep -aE ${programs} | tail -n 300
fi
${journalHasRows} || for file in ${files}; do rows_in "$file"; done
rows_in "$(postconf -h maillog_file 2>/dev/null)" | grep -avF 'saslauthd['
:`;

const name = "the logs of Postfix and saslauthd";

/**
 * Rows of the last `milliseconds`, oldest first. Empty where no log can be read, so an empty list
 * proves nothing.
 */
export function logOfTheLast(milliseconds: number): Fact<readonly LogRow[]> {
  const ago = `${(milliseconds / 1000).toFixed(3)} seconds ago`;
  return {
    name,
    question: sh`since=$(date -d ${ago} +%s.%6N) || exit
${rowsSince}`,
    parse: (answer) => rowsIn(textOf(name, answer)),
  };
}

/**
 * For a script that has failed: prints what Postfix logged since the shell's `$since` on standard
 * error.
 */
export const postfixSaysWhy: ShellText = sh`{ ${rowsSince}
} | grep -aE ': (fatal|panic|error|warning): ' | grep -v 'saslauthd\[' | tail -n 12 >&2`;

/**
 * Whether a log holds any row of saslauthd, such as its start. Only then does a missing row prove
 * that saslauthd did not log it.
 */
export const logKnowsSaslauthd: Fact<boolean> = {
  name: "whether a log knows saslauthd",
  question: sh`{ journalctl -q --no-pager -b -t saslauthd -n 1 _UID=0 2>/dev/null; ${journalHasRows} || grep -asF -m 1 'saslauthd[' ${files}; } | head -n 1`,
  parse: (answer) => textOf("whether a log knows saslauthd", answer).trim() !== "",
};

/** Characters of a row that are read. The pattern takes a long time on a long word. */
const rowLimit = 2000;

/** The rows of the text; a row that is in several logs counts once. */
function rowsIn(text: string): LogRow[] {
  const seen = new Set<string>();
  return text.split("\n").flatMap((line) => {
    const [, program, pid, words] = /([^\s[\]]+)\[(\d+)\]: (.*)$/.exec(line.slice(0, rowLimit)) ?? [];
    if (program === undefined || pid === undefined || words === undefined) return [];
    const key = `${pid} ${words}`;
    if (seen.has(key)) return [];
    seen.add(key);
    return [{ program, pid: Number(pid), text: words.trim() }];
  });
}

/** The last complaints that Postfix logged, unchanged. */
export function complaintsOfPostfix(rows: readonly LogRow[]): string[] {
  return rows
    .filter(({ program, text }) => program !== "saslauthd" && /^(fatal|panic|error|warning): /.test(text))
    .map(({ program, text }) => `${program}: ${text}`)
    .slice(-8);
}
