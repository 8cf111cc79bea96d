// Who listens where on a host, for a dialogue: it goes to an address that Postfix serves.
import type { Questions } from "../facts/fact.ts";
import { type Listener, listeners } from "../facts/listeners.ts";
import type { Host } from "./host.ts";

/** A host that cannot tell is spoken with on its loopback. */
export async function listening(host: Host): Promise<readonly Listener[]> {
  const questions: Questions<{ found: readonly Listener[] }> = { found: listeners };
  return (await host.look(questions).catch(() => ({ found: [] }))).found;
}
