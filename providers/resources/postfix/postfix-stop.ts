// When a Postfix that is in use may be stopped: if the user has asked for it, or an earlier run
// left it stopped.

import { Failure } from "../../core/failure.ts";
import { type Listener, mayBePostfix } from "../../facts/listeners.ts";
import type { RunningProcess } from "../../facts/process.ts";
import type { UnitStatus } from "../../facts/systemd.ts";
import type { Report } from "../definition.ts";

/** The warning where Postfix ends stopped and nobody has asked for that. */
export const endsStopped =
  "without tls Postfix ends stopped and disabled at boot, so that the host carries no mail, and a host whose Postfix is in use already is refused: configure tls, so that it runs; or say finalState: stopped, if that is meant";

interface Desired {
  readonly state: "running" | "stopped";
  readonly enabled: boolean;
  readonly mayStop: boolean;
}

interface Found {
  readonly processes: readonly RunningProcess[];
  readonly unit: UnitStatus;
  readonly listeners: readonly Listener[];
  readonly installedNow: boolean;
}

const waysOn =
  "configure tls: then Postfix stays running, and passwords travel encrypted. To have it stopped and disabled at boot, so that this host carries no mail, say finalState: stopped. Only for a network that nobody else can listen in: allowCleartext: true leaves it running without TLS, and every password can be read on the way";

/**
 * The inputs `state` and `enabled` as observed. Where an earlier run left Postfix stopped and it
 * was started or enabled since, the value is a sentence and not "running" or true: the preview
 * shows it, and `unaskedStop`, which looks for exactly these two values, lets the stop pass as a
 * repair.
 */
export function asFound(desired: Desired, found: Found, lastReport: Report | undefined) {
  const since = desired.state === "stopped" && lastReport?.leftStopped === true;
  const enabled = isEnabled(found);
  return {
    state: !isRunning(found) ? "stopped" : since ? "running: started since the last run left it stopped" : "running",
    enabled: since && enabled && !desired.enabled ? "true: enabled since the last run left it disabled" : enabled,
  };
}

/**
 * Whether Postfix should be stopped and was observed stopped. Stopping it again then repairs drift,
 * whoever started it.
 */
export function leftStopped(desired: Desired, found: Found, lastReport: Report | undefined): boolean {
  const stands = !isRunning(found) && isEnabled(found) === desired.enabled;
  return desired.state === "stopped" && (stands || lastReport?.leftStopped === true);
}

/** For check: `found` is the last read, in the form of `asFound`. */
export function unaskedStop(
  found: Readonly<Record<string, unknown>>,
  { state, mayStop }: Readonly<Record<string, unknown>>,
): string | undefined {
  if (state !== "stopped" || mayStop !== false) return undefined;
  if (found.state !== "running" && found.enabled !== true) return undefined;
  const ports = [found.ports, found.tlsPorts].flatMap((list) => (Array.isArray(list) ? list : []));
  const use = inUse(
    found.state === "running",
    ports.filter((port) => typeof port === "number"),
  );
  return `${use}. It would end stopped and disabled, and nobody has asked for that: ${waysOn}. Nothing was changed`;
}

/**
 * For a change. A Postfix that this operation installed runs only because Debian starts it, and has
 * no clients yet. The state's inputs do not count here, because a refused run stores its own inputs
 * there.
 */
export function refuseUnaskedStop(desired: Desired, found: Found, lastReport: Report | undefined): void {
  const running = isRunning(found);
  if (desired.state !== "stopped" || desired.mayStop || (!running && !isEnabled(found))) return;
  // The journal may stay open long after a run without its proof, so it counts only for a resource
  // that is not in the state yet.
  if (lastReport === undefined ? found.installedNow : lastReport.leftStopped === true) return;
  const ours = found.listeners.filter(mayBePostfix);
  const ports = [...new Set(ours.map(({ port }) => port))].sort((one, other) => one - other);
  throw new Failure({
    code: "postfix-stop-unasked",
    tried: "stop Postfix and disable it at boot: without tls that is how a run ends",
    found: `${inUse(running, ports)}, and nobody has asked for the stop`,
    next: waysOn,
  });
}

function inUse(running: boolean, ports: readonly number[]): string {
  if (!running) return "Postfix starts at boot there, although it stands still now";
  return ports.length === 0 ? "Postfix runs there" : `Postfix runs there and serves ${listed(ports)}`;
}

function listed(ports: readonly number[]): string {
  const last = ports.at(-1);
  return ports.length < 2 ? `port ${last}` : `the ports ${ports.slice(0, -1).join(", ")} and ${last}`;
}

function isRunning({ processes }: Found): boolean {
  return processes.length > 0;
}

function isEnabled({ unit }: Found): boolean {
  return unit.enabled === "enabled";
}
