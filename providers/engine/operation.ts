// One operation on one resource: where it is done, for whom, and what was done so far.
import { type Host, hostOf } from "../host/host.ts";
import type { Connection } from "../host/settings.ts";
import type { AnyDefinition } from "../resources/catalogue.ts";
import { type MannerInputs, ownerIn } from "./manner.ts";
import { type ResourceLog, resourceLog } from "./resource-log.ts";

export interface Operation {
  readonly definition: AnyDefinition;
  readonly id: string;
  readonly host: Host;
  readonly manner: MannerInputs;
  /** The stack that the resource belongs to; `null` where none is known. */
  readonly owner: string | null;
  readonly log: ResourceLog;
  /** What was changed on the host, one line each. */
  readonly done: string[];
}

export function begin(
  definition: AnyDefinition,
  id: string,
  manner: MannerInputs,
  connection: Connection = manner.connection,
): Operation {
  const host = hostOf(connection);
  const log = resourceLog(manner.resourceUrn, `${host.name} ${definition.kind}`);
  host.tellTo(log);
  return { definition, id, host, manner, owner: ownerIn(manner), log, done: [] };
}

/** How this operation carries out its steps. */
export function carrying({ log, done, manner }: Operation, journalled = manner.transaction) {
  return { log, done: (line: string) => void done.push(line), journalled };
}

/** "MasterService smtps/inet": how messages name the resource. */
export function resourceOf({ definition, id }: Operation): string {
  return `${definition.kind} ${id}`;
}
