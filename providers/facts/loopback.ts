// Which names and addresses never leave the host: a password sent there needs no encryption.

/** `host` is a name or an address without brackets. */
export function isLoopback(host: string): boolean {
  return host === "localhost" || host === "::1" || /^127\.\d+\.\d+\.\d+$/.test(host);
}
