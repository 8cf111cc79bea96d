// What an administrator adds to sudoers (sudoers(5)) for this program, as advice in messages.

/**
 * The one command that this program runs through sudo. It is all of root: docs/connections.md says
 * why.
 */
export function sudoRule(user: string, tags = ""): string {
  return `${user} ALL=(root) NOPASSWD: ${tags}/bin/sh`;
}

/**
 * How the line gets there. The file sorts behind the others, since the last rule that fits counts,
 * and its name has no dot, since sudo reads no file that has one.
 */
export function sudoersLine(line: string): string {
  return `as root on the host run \`visudo -f /etc/sudoers.d/zz-sasl-mail-host\` and add the line: ${line}`;
}
