// Which of the ports that a host should serve belong to Postfix.
import type { FileContent } from "../../facts/file.ts";
import { isServed, type ServicePorts } from "../../facts/master-ports.ts";

export interface PortsActual {
  readonly master: FileContent | null;
  readonly names: ServicePorts;
}

/** Includes port 25 only if master.cf has a service on it: a submission-only host has none. */
export function askedPorts(ports: readonly number[], { master, names }: PortsActual): number[] {
  return ports.filter((port) => port !== 25 || master === null || isServed(master.content, port, names));
}
