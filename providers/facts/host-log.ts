// What Postfix and saslauthd wrote into the host's logs a moment ago: the journal, or the files of a host that keeps none.
import { type ShellText, sh } from "../steps/shell.ts";
import { type Fact, textOf } from "./fact.ts";

/** One line of a log. */
export interface LogRow {
  /** "saslauthd", "postfix/smtps/smtpd". */
  readonly program: string;
  readonly pid: number;
  readonly text: string;
}

/**
 * saslauthd, and all of Postfix: the names of its daemons end with a slash and the program, whatever `syslog_name` is (postconf(5)); its
 * commands have said something before they read that.
 */
const programs = "(saslauthd|post(fix|conf|super|log|multi|queue)|[^ /]+(/[^ /]+)*/[a-z-]+)\\[[0-9]+\\]: ";

/** Where rsyslog puts them on Debian. */
const files = ["/var/log/mail.log", "/var/log/auth.log", "/var/log/syslog", "/var/log/messages"];

/**
 * Rows since the shell's `$since` (seconds, with a fraction). `journalctl --sync` first: else the last words may not be there yet. A file
 * has whole seconds, in one of two forms: "2026-11-30T08:06:57.1+00:00 host …" or "Nov 30 08:06:57 host …".
 */
const rowsSince = sh`if command -v journalctl >/dev/null; then
  journalctl --sync 2>/dev/null
  journalctl -q --no-pager -o short --since "@$since" 2>/dev/null | grep -aE ${programs} | tail -n 300
fi
for file in ${files} "$(postconf -h maillog_file 2>/dev/null)"; do
  [ -f "$file" ] || continue
  tail -c 200000 -- "$file" | grep -aE ${programs} | tail -n 50 | while IFS= read -r row; do
    case $row in [0-9]*) stamp=\${row%% *} ;; *) stamp=$(printf %.15s "$row") ;; esac
    [ "$(date -d "$stamp" +%s 2>/dev/null || echo 0)" -lt "\${since%%.*}" ] || printf '%s\n' "$row"
  done
done
:`;

const name = "the logs of Postfix and saslauthd";

/** What was written within so many milliseconds, oldest first. Empty where no log can be read: silence proves nothing. */
export function logOfTheLast(milliseconds: number): Fact<readonly LogRow[]> {
  const ago = `${(milliseconds / 1000).toFixed(3)} seconds ago`;
  return {
    name,
    question: sh`since=$(date -d ${ago} +%s.%6N) || exit
${rowsSince}`,
    parse: (answer) => rowsIn(textOf(name, answer)),
  };
}

/** For a script that has failed: what Postfix said since the shell's `$since`, on standard error. */
export const postfixSaysWhy: ShellText = sh`{ ${rowsSince}
} | grep -aE ': (fatal|panic|error|warning): ' | grep -v 'saslauthd\[' | tail -n 12 >&2`;

/** Whether a log holds anything of saslauthd at all, its start for one: then a word that is missing was not said. */
export const logKnowsSaslauthd: Fact<boolean> = {
  name: "whether a log knows saslauthd",
  question: sh`{ journalctl -q --no-pager -b -t saslauthd -n 1 2>/dev/null; grep -asF -m 1 'saslauthd[' ${files}; } | head -n 1`,
  parse: (answer) => textOf("whether a log knows saslauthd", answer).trim() !== "",
};

/** A row that stands in the journal and in a file counts once. */
function rowsIn(text: string): LogRow[] {
  const seen = new Set<string>();
  return text.split("\n").flatMap((line) => {
    const [, program, pid, words] = /([^\s[\]]+)\[(\d+)\]: (.*)$/.exec(line) ?? [];
    if (program === undefined || pid === undefined || words === undefined) return [];
    const key = `${pid} ${words}`;
    if (seen.has(key)) return [];
    seen.add(key);
    return [{ program, pid: Number(pid), text: words.trim() }];
  });
}

/** What Postfix complains of, in its own words, the last ones. */
export function complaintsOfPostfix(rows: readonly LogRow[]): string[] {
  return rows
    .filter(({ program, text }) => program !== "saslauthd" && /^(fatal|panic|error|warning): /.test(text))
    .map(({ program, text }) => `${program}: ${text}`)
    .slice(-8);
}
