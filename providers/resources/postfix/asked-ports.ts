// The desired ports that are looked at: all, but port 25 only where master.cf has a service on it.
import { disablingParameter, isDisabled } from "../../facts/disabled-service.ts";
import type { FileContent } from "../../facts/file.ts";
import { parseMaster } from "../../facts/master.ts";
import { portOf, type ServicePorts } from "../../facts/master-ports.ts";

export interface PortsActual {
  readonly master: FileContent | null;
  readonly names: ServicePorts;
  /** What main.cf sets; only `master_service_disable` matters here. */
  readonly inMain: Readonly<Record<string, string>>;
}

/** Includes port 25 only if Postfix has a service on it: a submission-only host has none. */
export function askedPorts(ports: readonly number[], actual: PortsActual): number[] {
  return ports.filter((port) => port !== 25 || actual.master === null || isServed(actual.master.content, port, actual));
}

/** Whether master.cf has a service on the port that main.cf does not turn off. */
function isServed(content: Buffer, port: number, { names, inMain }: PortsActual): boolean {
  const disabling = inMain[disablingParameter] ?? "";
  return parseMaster(content).entries.some(
    ({ entry }) =>
      entry.type === "inet" && portOf(entry.service, names) === String(port) && !isDisabled(disabling, entry),
  );
}
