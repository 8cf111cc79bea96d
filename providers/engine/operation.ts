// One operation on one resource: its host, its stack, and what was done so far.

import type { Connection } from "../host/connection-schema.ts";
import type { Host } from "../host/host.ts";
import { Hosts } from "../host/hosts.ts";
import { whoRuns } from "../host/lock.ts";
import type { AnyDefinition } from "../resources/catalogue.ts";
import { type CommonInputs, stackNameIn } from "./common-inputs.ts";
import { type ResourceLog, resourceLog } from "./resource-log.ts";
import type { Run } from "./run.ts";

export interface Operation {
  readonly run: Run;
  readonly definition: AnyDefinition;
  readonly id: string;
  readonly host: Host;
  readonly common: CommonInputs;
  /** The stack that runs, "project/stack"; `null` for a program that gives no URN. */
  readonly stackName: string | null;
  readonly log: ResourceLog;
  /** The changes made on the host, one line each. */
  readonly done: string[];
}

export function begin(
  run: Run,
  definition: AnyDefinition,
  id: string,
  common: CommonInputs,
  connection: Connection = common.connection,
): Operation {
  run.hosts ??= new Hosts();
  const host = run.hosts.of(connection);
  const log = resourceLog(common.resourceUrn, `${host.name} ${definition.kind}`);
  host.tellTo(log);
  run.noteStack(stackNameIn(common));
  return { run, definition, id, host, common, stackName: stackNameIn(common), log, done: [] };
}

/** How this operation applies its steps. */
export function applying(operation: Operation, journalled = operation.common.transaction) {
  const { run, host, log, stackName } = operation;
  const origin = { stack: stackName ?? "unknown", resource: resourceOf(operation), by: whoRuns() };
  const done = (line: string) => {
    operation.done.push(line);
    if (journalled) run.noteChanged(host, `${resourceOf(operation)}: ${line}`);
  };
  return { log, done, journalled, origin };
}

/** "MasterService smtps/inet", as messages name the resource. */
export function resourceOf({ definition, id }: Operation): string {
  return `${definition.kind} ${id}`;
}
