// A `sudo` for the fake host: a shell script that behaves like the real one, and writes down its arguments and the passwords it gets.
import { chmodSync, copyFileSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

/**
 * "asks": for a password; "silent": NOPASSWD or a login that sudo remembers; "records": silent, and keeps a copy of what goes in; then
 * sudo's refusals, and a host without sudo.
 */
export type SudoHabit = "asks" | "silent" | "records" | "stranger" | "terminal" | "missing";

export interface FakeSudo extends Disposable {
  /** For PATH. */
  readonly folder: string;
  readonly password: string;
  /** The arguments of every call. */
  calls(): string[];
  /** Every password that was entered. */
  entered(): string[];
}

export function fakeSudo(habit: SudoHabit): FakeSudo {
  const folder = mkdtempSync(join(tmpdir(), "fake-sudo-"));
  const password = 'it\'s $(a) "password"';
  // of the parent's name the shell is to see a sudo, and not the shell that runs this script
  copyFileSync("/bin/sh", join(folder, "sudo-itself"));
  const script = `#!${folder}/sudo-itself
log=$(dirname "$0")
printf '%s\\n' "$*" >> "$log/calls"
while :; do case $1 in -n) quiet=yes; shift ;; -k|-S) shift ;; -p) prompt=$2; shift 2 ;; --) shift; break ;; *) break ;; esac; done
case ${habit} in
  asks)
    [ "$quiet" = yes ] && { echo 'sudo: a password is required' >&2; exit 1; }
    for attempt in 1 2 3; do
      printf '%s' "$prompt" >&2
      IFS= read -r line || exit 1
      printf '%s\\n' "$line" >> "$log/entered"
      [ "$line" = "$(cat "$log/password")" ] && { "$@"; exit; }
      echo 'Sorry, try again.' >&2
    done
    echo 'sudo: 3 incorrect password attempts' >&2; exit 1 ;;
  silent) "$@"; exit ;;
  records) tee "$log/recorded" | "$@"; exit ;;
  stranger) echo 'mail is not in the sudoers file.' >&2; exit 1 ;;
  terminal) echo 'sudo: sorry, you must have a tty to run sudo' >&2; exit 1 ;;
  missing) echo '/bin/sh: 1: exec: sudo: not found' >&2; exit 127 ;;
esac
`;
  writeFileSync(join(folder, "sudo"), script);
  chmodSync(join(folder, "sudo"), 0o755);
  writeFileSync(join(folder, "password"), `${password}\n`);
  const rows = (name: string) => {
    const path = join(folder, name);
    return existsSync(path) ? readFileSync(path, "utf8").split("\n").slice(0, -1) : [];
  };
  return {
    folder,
    password,
    calls: () => rows("calls"),
    entered: () => rows("entered"),
    [Symbol.dispose]: () => rmSync(folder, { recursive: true }),
  };
}
