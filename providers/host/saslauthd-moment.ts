// The state of a host's saslauthd daemons at one moment, read in one round trip.
import { processesOf, type RunningProcess } from "../facts/process.ts";
import { saslauthdPath } from "../facts/saslauthd.ts";
import { type Awakenings, awakenings } from "../facts/saslauthd-trace.ts";
import type { Host } from "./host.ts";

export interface Moment {
  readonly processes: readonly RunningProcess[];
  readonly awake: Awakenings;
}

export function moment(host: Host): Promise<Moment> {
  return host.ask({ processes: processesOf(saslauthdPath), awake: awakenings });
}
