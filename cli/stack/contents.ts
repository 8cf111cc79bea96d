// What the commands about hosts read of a stack: the hosts of its configuration, and its state.
import type { Checkpoint, Named } from "../status-in-state.ts";
import type { StackReader } from "./reader.ts";

type Asking = Pick<StackReader, "ask">;

/** The hosts of the stack's configuration, in its order. */
export async function hostsOf(reader: Asking): Promise<readonly Named[]> {
  const { objectValue } = (await reader.ask("config", "get", "hosts", "--json")) as { objectValue: Named[] };
  return objectValue;
}

/** The stack's state, with its secrets encrypted. */
export async function checkpointOf(reader: Asking): Promise<Checkpoint> {
  return (await reader.ask("stack", "export")) as Checkpoint;
}
