// Detects a port that another program holds, before Postfix is asked to listen on it.

import { Failure } from "../../core/failure.ts";
import type { Listener } from "../../facts/listeners.ts";
import { takenPorts } from "../../facts/served-ports.ts";

/**
 * A reload with a port that another program holds ends all of Postfix, port 25 included; `postfix
 * check` does not detect it.
 */
export function refuseTakenPorts(ports: readonly number[], found: readonly Listener[]): void {
  const taken = takenPorts(found, ports);
  if (taken.length === 0) return;
  throw new Failure({
    code: "port-in-use",
    tried: `let Postfix listen on ${ports.join(" and ")}`,
    found: taken.map(({ port, program, address }) => `${program} listens on ${address}:${port}`).join("; "),
    next: "find that program (`ss -ltnp` on the host shows its process), stop it or give it another port, then run `pulumi up` again. Postfix was not reloaded: with a port that is taken it would have ended, port 25 with it",
  });
}
