// The two reads of a host: the one that decides what to apply, and the one that verifies the
// change.

import { Failure } from "../core/failure.ts";
import type { Questions } from "../facts/fact.ts";
import { resourceRecordOf } from "../facts/resource-record.ts";
import type { Host } from "../host/host.ts";
import type { AnyDefinition } from "../resources/catalogue.ts";
import { describeDifferences } from "./differences.ts";
import type { Properties } from "./state.ts";

/**
 * One round trip: the machine's identity, its current state, and its record of the time before this
 * program.
 */
export async function readHost(host: Host, definition: AnyDefinition, inputs: Properties) {
  const machine = host.machine();
  const rest = Promise.all([
    host.read(definition.inspect(inputs) as Questions<unknown>),
    host.read({ record: resourceRecordOf(definition.kind, definition.id(inputs)) }),
  ]);
  // On a system that is not supported the other answers mean nothing, and what it is must be told.
  rest.catch(() => {});
  const { id, running } = await machine;
  refuseUnidentified(id);
  const [actual, { record }] = await rest;
  return { machine: id, running, actual, record };
}

/**
 * A host that does not say which machine it is could be taken for another one, and what was recorded
 * of it be dropped. machine-id(5): 32 hexadecimal digits, or "uninitialized" before the first boot.
 */
function refuseUnidentified(id: string): void {
  if (/^[0-9a-f]{32}$/i.test(id)) return;
  throw new Failure({
    code: "machine-id-unreadable",
    tried: "see which machine answers",
    found: id === "" ? "/etc/machine-id is missing, empty or cannot be read" : `/etc/machine-id is "${id}"`,
    left: ["nothing was changed"],
    next: "make one: `systemd-machine-id-setup` as root on the host, then run the same command again. The host is still taken for the same one, as long as it has /var/lib/sasl-mail-host with the records of this stack",
  });
}

export type Found = Awaited<ReturnType<typeof readHost>>;

/**
 * The read after a change. The journal is still open then and counts as closed, because this read
 * decides whether it is closed.
 */
export async function verify(host: Host, definition: AnyDefinition, inputs: Properties): Promise<unknown> {
  const actual = await host.read(definition.inspect(inputs) as Questions<Record<string, unknown>>);
  return definition.closes?.(inputs) ? { ...actual, journal: false } : actual;
}

/** Throws unless the host shows the desired state. */
export function refuseDifference(definition: AnyDefinition, observed: Properties, desired: Properties): void {
  const found = describeDifferences(definition, observed, desired);
  if (found === "") return;
  throw new Failure({
    code: "difference-remains",
    tried: "look again after the change",
    found: `the host does not show what was asked for: ${found}`,
    next: "something on the host undoes this or keeps it from being done (Ansible, Puppet, a cron job, an immutable file: lsattr); stop that, then run the same command again",
  });
}
