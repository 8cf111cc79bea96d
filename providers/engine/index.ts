// The protocol of this process: what the stub in the state calls.

import type { Configuration } from "./current-connection.ts";
import { protocolOf } from "./protocol.ts";
import { Run } from "./run.ts";

/**
 * The only global of this package: the stub is a text of its own in the state, and its `configure` has nowhere else to put the stack's
 * configuration. A plain assignment, since calls that come in while a promise is awaited must find it.
 */
function configurationOfStub(): Configuration | undefined {
  return (globalThis as { saslMailHostConfiguration?: Configuration }).saslMailHostConfiguration;
}

const protocol = protocolOf(new Run(configurationOfStub));

export const { check, create, diff, read, update } = protocol;

const deleteResource = protocol.delete;

export { deleteResource as delete };
