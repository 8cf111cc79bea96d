// Whether outside clients can reach the ports: what the listening sockets show before the proof,
// and what the test from the Pulumi machine showed.

import { Failure } from "../../core/failure.ts";
import { type Listener, onLoopbackOnly } from "../../facts/listeners.ts";
import type { Proof } from "../../steps/smtp-dialogue.ts";
import { loginPorts } from "./proof-dialogues.ts";

type Inputs = Parameters<typeof loginPorts>[0];

/**
 * What the listening sockets show: a login from the host itself does not prove that outside clients
 * can log in.
 */
export function onLoopbackAlone(inputs: Inputs, listeners: readonly Listener[]): string[] {
  const ports = inputs.outside === "not wanted" ? [] : onLoopbackOnly(listeners, loginPorts(inputs));
  if (ports.length === 0) return [];
  return [
    `NOBODY OUTSIDE CAN CONNECT to port ${ports.join(" and ")}: Postfix listens on the host's own loopback alone (inet_interfaces in main.cf, or an address in master.cf)`,
  ];
}

export function refuseLoopback(inputs: Inputs, listeners: readonly Listener[]): void {
  const found = inputs.outside === "expected" ? onLoopbackAlone(inputs, listeners) : [];
  if (found.length === 0) return;
  throw new Failure({
    tried: "see that mail clients reach the ports",
    found: found.join("; "),
    next: 'where no mail client outside is to log in, say outside: not wanted. Else let Postfix listen: where `postconf -n inet_interfaces` shows loopback-only (Debian\'s "Local only"), `postconf -e inet_interfaces=all` and `systemctl restart postfix`, which opens port 25, too',
    code: "not-from-outside",
  });
}

/** One sentence for each port that the Pulumi machine could not reach, if that is not a failure. */
export function outsideWarnings(proofs: readonly Proof[]): string[] {
  return proofs.flatMap(({ outside }) => (outside?.answers === "no" ? [outside.words] : []));
}
