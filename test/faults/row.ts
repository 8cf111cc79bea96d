// The two commonest rows of the table: a fault that a run must get over, and one by which it must be
// refused.
import type { Fault } from "./fault.ts";
import { unlessRefused } from "./moments.ts";

/** The first `up` of a host with Postfix in use, which must work. */
export function mustWork(
  id: string,
  fault: string,
  of: string,
  inject: Fault["inject"],
  more: Partial<Fault> = {},
): Fault {
  return { id, of, fault, start: "mail", meets: "up", inject, exit: 0, left: "as asked", ...more };
}

/** A change of a host that is proved, which must be refused and leave the host as it was. */
export function mustBeRefused(...[id, fault, of, inject, more]: Parameters<typeof mustWork>): Fault {
  return mustWork(id, fault, of, inject, { meets: "change", ...unlessRefused, ...more });
}
