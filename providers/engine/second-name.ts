// Refuses to change a machine by a second name of the stack's configuration.
import { Failure } from "../core/failure.ts";
import type { Operation } from "./operation.ts";
import type { Found } from "./read-host.ts";

/** Records by which name a refresh reached the machine. */
export function noteName(operation: Operation, { running }: Found): void {
  const { run, common } = operation;
  if (running === undefined || common.hostName === undefined) return;
  run.machineNames.noteRead(running, common.hostName, shownName(operation, common.hostName));
}

/** Refuses a change by a second name. A machine that does not say which one it is is not refused. */
export function refuseSecondName(operation: Operation, { running }: Found): void {
  const { run, common } = operation;
  if (running === undefined || common.hostName === undefined) return;
  const shown = shownName(operation, common.hostName);
  const first = run.machineNames.claim(running, common.hostName, shown);
  if (first === undefined) return;
  throw new Failure({
    code: "host-named-twice",
    tried: `change the host ${shown}`,
    found: `this run already has the same machine as ${first}: one boot ID, one /run`,
    left: [`nothing was changed by the name ${shown}, and nothing that was done as ${first} is touched`],
    next: `take ${common.hostName} out of hosts, or correct its address where it was to be another machine; then run the same command again`,
  });
}

/** Whether the host is refused only by this name. What was done by the other one stays. */
export function isSecondName(error: unknown): boolean {
  return error instanceof Failure && error.parts.code === "host-named-twice";
}

function shownName({ host }: Operation, hostName: string): string {
  return `${hostName} (${host.name})`;
}
