// The listening sockets of a host, so that a dialogue connects to an address that Postfix serves.
import type { Questions } from "../facts/fact.ts";
import { type Listener, listeners } from "../facts/listeners.ts";
import type { Host } from "./host.ts";

/** A host that cannot report its sockets is contacted on its loopback address. */
export async function listening(host: Host): Promise<readonly Listener[]> {
  const questions: Questions<{ found: readonly Listener[] }> = { found: listeners };
  return (await host.read(questions).catch(() => ({ found: [] }))).found;
}
