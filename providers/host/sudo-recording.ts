// Whether sudo records the input and the output of the root shell (LOG_INPUT, LOG_OUTPUT in
// sudoers(5)).

import { sudoersLine, sudoRule } from "./sudoers.ts";

/** What is found for one direction: sudo keeps a copy, or it cannot be determined. */
export type Recorded = "recorded" | "unknown";

/** The directions that are not known to be free of a copy. */
export interface Recording {
  readonly input?: Recorded;
  readonly output?: Recorded;
}

/**
 * Shell text for the root shell itself. A sudo that keeps a copy puts a pipe of its own in between,
 * whatever demands the copy: Defaults, a tag, a log server or another plugin. Otherwise the shell
 * has the same pipe as sudo. In pseudo-terminal mode two sudo processes are above the shell, so the
 * topmost is checked. Every login shell must pass the text on unchanged, so it has no `!`, no
 * backslash and no line end.
 */
export function findRecording(word: string): string {
  return (
    `at=$PPID; top=; while exe=$(readlink /proc/$at/exe) && case $\{exe##*/} in sudo*) ;; *) false ;; esac; do ` +
    `top=$at; read -r stat < /proc/$at/stat; set -- $\{stat##*) }; at=$2; done; ` +
    `if [ -n "$top" ]; then for end in 0 1; do theirs=$(readlink /proc/$top/fd/$end) || theirs=unknown; ` +
    `[ "$theirs" = "$(readlink /proc/$$/fd/$end)" ] || { echo; echo ${word} $end "$theirs"; }; done; fi`
  );
}

/** Reads the output of that text. */
export function recordingIn(output: string, word: string): Recording {
  const seen = (end: number): Recorded | undefined => {
    const theirs = new RegExp(`^${word} ${end} (.*)$`, "m").exec(output)?.[1];
    return theirs === undefined ? undefined : theirs === "unknown" ? "unknown" : "recorded";
  };
  const [input, answers] = [seen(0), seen(1)];
  return { ...(input && { input }), ...(answers && { output: answers }) };
}

/** The warnings for the operator, given before anything secret is sent. */
export function warningsOf({ input, output }: Recording, user: string): string[] {
  const rule = `${sudoersLine(sudoRule(user, "NOLOG_INPUT: NOLOG_OUTPUT: "))} (without NOPASSWD: where sudo is to ask for a password)`;
  const whether = (seen: Recorded) => (seen === "recorded" ? "sudo records" : "nobody can see whether sudo records");
  return [
    ...(input === undefined
      ? []
      : [
          `${whether(input)} what this program sends to the host (LOG_INPUT in sudoers(5)): passwords and keys that it brings would be readable there, by default in /var/log/sudo-io. To leave them out, ${rule}`,
        ]),
    ...(output === undefined
      ? []
      : [
          `${whether(output)} what the host answers (LOG_OUTPUT in sudoers(5)): hashes of accounts, entries of /etc/sasldb2 and the bind password of a directory would be readable there, by default in /var/log/sudo-io. To leave them out, ${rule}`,
        ]),
  ];
}
