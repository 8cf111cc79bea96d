// Which of the ports that a host should serve are Postfix's to serve there.
import type { FileContent } from "../facts/file.ts";
import { isServed, type ServicePorts } from "../facts/master-ports.ts";

/** What the host shows of it. */
export interface PortsActual {
  readonly master: FileContent | null;
  readonly names: ServicePorts;
}

/** Port 25 only where master.cf has a service on it: a host for submission alone has none. */
export function askedPorts(ports: readonly number[], { master, names }: PortsActual): number[] {
  return ports.filter((port) => port !== 25 || master === null || isServed(master.content, port, names));
}
