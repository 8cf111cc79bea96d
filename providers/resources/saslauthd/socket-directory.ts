// Where saslauthd makes its socket: inside Postfix's chroot, the only place that a chrooted smtpd
// can reach (README.Debian of postfix).

/** The directory in Debian's own queue_directory, /var/spool/postfix. */
export const defaultSocketDirectory = "/var/spool/postfix/var/run/saslauthd";

/** The directory in a queue_directory of Postfix, which is the chroot of its daemons. */
export function socketDirectoryIn(queueDirectory: string | undefined): string {
  return queueDirectory === undefined ? defaultSocketDirectory : `${queueDirectory}/var/run/saslauthd`;
}
