// Which of the desired ports Postfix serves, and who holds the others.
import type { Fact } from "./fact.ts";
import { type Listener, mayBePostfix } from "./listeners.ts";

/**
 * The desired ports that Postfix does not listen on. A port that another program holds counts as
 * missing.
 */
export function portsNotServed(listeners: readonly Listener[], ports: readonly number[]): number[] {
  return ports.filter((port) => !listeners.some((listener) => listener.port === port && mayBePostfix(listener)));
}

/**
 * The desired ports with their observed state: a text describes a port that another program holds,
 * or that nothing serves although Postfix runs.
 */
export function asServed(
  listeners: readonly Listener[],
  ports: readonly number[],
  running: boolean,
): (number | string)[] {
  const taken = takenPorts(listeners, ports);
  const silent = portsNotServed(listeners, ports);
  return ports.map((port) => {
    const rival = taken.find((listener) => listener.port === port);
    if (rival !== undefined) return `${port}: ${rival.program} listens, not Postfix`;
    return running && silent.includes(port) ? `${port}: nobody listens` : port;
  });
}

/**
 * Listeners of other programs on the desired ports. A listener on another address than Postfix's
 * own causes no conflict.
 */
export function takenPorts(listeners: readonly Listener[], ports: readonly number[]): Listener[] {
  const missing = portsNotServed(listeners, ports);
  return listeners.filter((listener) => missing.includes(listener.port) && !mayBePostfix(listener));
}

/** Whether Postfix listens on all of the ports. */
export function portsServed(ports: readonly number[], listeners: Fact<readonly Listener[]>): Fact<boolean> {
  return { ...listeners, parse: (answer) => portsNotServed(listeners.parse(answer), ports).length === 0 };
}
