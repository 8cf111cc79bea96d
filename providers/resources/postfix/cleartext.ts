// Where a password may be sent without encryption: to this machine itself.

/** Whether a name or address never leaves the host. */
export function isLoopback(host: string): boolean {
  return host === "localhost" || host === "::1" || /^127\.\d+\.\d+\.\d+$/.test(host);
}
