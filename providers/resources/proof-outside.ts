// Whether somebody outside can reach the ports: what the listening sockets tell before the proof, and what a look from here told.
import type { Listener } from "../facts/process.ts";
import { Failure } from "../steps/failure.ts";
import type { Proof } from "../steps/step.ts";
import { loginPorts } from "./proof-dialogues.ts";

type Inputs = Parameters<typeof loginPorts>[0];

/** One sentence for each port that only the host itself can reach. */
export function onLoopbackAlone(inputs: Inputs, listeners: readonly Listener[]): string[] {
  if (inputs.outside === "not wanted") return [];
  return loginPorts(inputs).flatMap((port) => {
    const addresses = listeners.filter((listener) => listener.port === port).map(({ address }) => address);
    if (addresses.length === 0 || !addresses.every(isLoopback)) return [];
    return [`port ${port} listens on ${addresses.join(" and ")} alone: nobody outside can connect`];
  });
}

export function refuseLoopback(inputs: Inputs, listeners: readonly Listener[]): void {
  const found = inputs.outside === "expected" ? onLoopbackAlone(inputs, listeners) : [];
  if (found.length === 0) return;
  throw new Failure({
    tried: "see that mail clients reach the ports",
    found: found.join("; "),
    next: 'inet_interfaces in main.cf decides it (`postconf -n inet_interfaces`; Debian\'s "Local only" sets loopback-only, and it needs a restart of Postfix); where nobody outside is wanted, say outside: not wanted',
    code: "not-from-outside",
  });
}

/** One sentence for each port that a look from here did not reach, where that is no failure. */
export function outsideWarnings(proofs: readonly Proof[]): string[] {
  return proofs.flatMap(({ outside }) => (outside?.answers === "no" ? [outside.words] : []));
}

/** As ss prints it: 127.0.0.1, [::1], 127.0.0.1%lo. */
function isLoopback(address: string): boolean {
  return /^(127\.|\[?(::ffff:127\.|::1\b))/.test(address);
}
