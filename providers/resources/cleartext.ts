// Where a password may go without encryption: to this machine itself.

/** A name or address that never leaves the host. */
export function isLoopback(host: string): boolean {
  return host === "localhost" || host === "::1" || /^127\.\d+\.\d+\.\d+$/.test(host);
}
