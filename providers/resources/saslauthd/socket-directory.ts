// Where saslauthd makes its socket: inside Postfix's chroot, the only place that a chrooted smtpd
// can reach (README.Debian of postfix).

/** The directory of the socket for a queue_directory of Postfix, which is its daemons' chroot. */
export function socketDirectoryIn(queueDirectory = "/var/spool/postfix"): string {
  return `${queueDirectory}/var/run/saslauthd`;
}

/** For Debian's own queue_directory. */
export const defaultSocketDirectory = socketDirectoryIn();
