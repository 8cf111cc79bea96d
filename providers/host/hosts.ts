// The hosts of a run: one object for each connection, however many resources ask, so that they
// share its shell and its lock.
import { createHash } from "node:crypto";
import type { Connection } from "./connection-schema.ts";
import { Host } from "./host.ts";
import { LockHolders } from "./lock.ts";

export class Hosts {
  readonly #known = new Map<string, Host>();
  readonly #lockHolders = new LockHolders();

  /** The host of a connection. */
  of(connection: Connection): Host {
    const key = createHash("sha256").update(JSON.stringify(connection)).digest("hex");
    const known = this.#known.get(key);
    if (known !== undefined) return known;
    const host = new Host(connection, this.#lockHolders);
    this.#known.set(key, host);
    return host;
  }

  /** Ends all connections. */
  async close(): Promise<void> {
    await Promise.all([...this.#known.values()].map((host) => host.close()));
  }
}
