// The protocol of this process, which the stub in the state calls. Node loads this file once.

import type { Configuration } from "./current-connection.ts";
import { protocolOf } from "./protocol.ts";
import { Run } from "./run.ts";
import { endWithEngine } from "./watch.ts";

/**
 * Reads the only global of this package. The stub is separate text in the state, and its
 * `configure` has no other place for the stack's configuration. It is a plain assignment, since
 * calls that arrive while a promise is awaited must find it.
 */
function configurationOfStub(): Configuration | undefined {
  return (globalThis as { saslMailHostConfiguration?: Configuration }).saslMailHostConfiguration;
}

endWithEngine();

const protocol = protocolOf(new Run(configurationOfStub));

export const { check, create, diff, read, update } = protocol;

const deleteResource = protocol.delete;

export { deleteResource as delete };
