// Tells the owners of saslauthd processes apart. A daemon on our socket that saslauthd.service did
// not start is ended, and destroy or a roll-back starts it again. A daemon on another socket has
// another owner and stays.
import type { RunningProcess } from "../../facts/process.ts";
import { parseSaslauthdOptions } from "../../facts/saslauthd.ts";
import { type SaslauthdProcessUnit, saslauthdProcessUnits } from "../../facts/saslauthd-instances.ts";
import { endDaemon, type ForeignDaemon, startDaemon } from "../../steps/saslauthd-instance.ts";
import type { Step } from "../../steps/step.ts";

export const daemonQuestions = { owners: saslauthdProcessUnits };

export interface DaemonsActual {
  readonly processes: readonly RunningProcess[];
  readonly owners: readonly SaslauthdProcessUnit[];
}

/** What to remember for destroy. An older version of this program remembered no daemons. */
export interface DaemonsBefore {
  /** The daemons on our socket that ran outside of saslauthd.service. */
  readonly daemons?: readonly ForeignDaemon[];
}

const ownUnit = "saslauthd.service";

/**
 * Whether saslauthd.service has a daemon. On Debian 12 systemd reports it as active without one,
 * too.
 */
export function unitRuns({ owners }: DaemonsActual): boolean {
  return owners.some(({ unit }) => unit === ownUnit);
}

/**
 * Whether saslauthd.service started the process. One that was started by hand, or by another unit,
 * keeps running whatever the default file says.
 */
export function isOfOurUnit({ pid }: Pick<RunningProcess, "pid">, { owners }: Pick<DaemonsActual, "owners">): boolean {
  return owners.some((owner) => owner.pid === pid && owner.unit === ownUnit);
}

/** The directory of the socket that a process serves. */
export function socketDirectoryOf({ argv }: RunningProcess): string | null {
  return parseSaslauthdOptions(argv.slice(1)).socketDirectory;
}

/** Ends the processes that hold our socket and do not belong to saslauthd.service. */
export function endForeign(socketDirectory: string, actual: DaemonsActual): Step[] {
  return foreignDaemonsOn(socketDirectory, actual).map(({ pid, daemon }) => {
    const what = daemon.unit ?? `process ${pid}, which no unit looks after`;
    return endDaemon(
      daemon,
      pid,
      `end the saslauthd of ${what} (${daemon.argv.slice(1).join(" ")}): ${ownUnit} serves ${socketDirectory} from now on`,
    );
  });
}

/** From the read before the change. */
export function rememberDaemons(socketDirectory: string, actual: DaemonsActual): DaemonsBefore {
  return { daemons: foreignDaemonsOn(socketDirectory, actual).map(({ daemon }) => daemon) };
}

/** Starts the daemons that ran outside of the unit, except those that run again already. */
export function restoreDaemons(actual: DaemonsActual, { daemons = [] }: DaemonsBefore): Step[] {
  const own = new Set(actual.owners.filter(({ unit }) => unit === ownUnit).map(({ pid }) => pid));
  const runs = (daemon: ForeignDaemon) =>
    actual.processes.some(({ pid, argv }) => !own.has(pid) && argv.join(" ") === daemon.argv.join(" "));
  return daemons.filter((daemon) => !runs(daemon)).map(startDaemon);
}

/** The parent processes on our socket, without those of the unit itself. */
function foreignDaemonsOn(socketDirectory: string, actual: DaemonsActual): { pid: number; daemon: ForeignDaemon }[] {
  const pids = new Set(actual.processes.map(({ pid }) => pid));
  return actual.processes
    .filter((process) => !pids.has(process.parent) && socketDirectoryOf(process) === socketDirectory)
    .flatMap(({ pid, argv }) => {
      const owner = actual.owners.find((known) => known.pid === pid);
      if (owner === undefined || owner.unit === ownUnit) return [];
      // If a service started the daemon only as a by-product, starting that service does not
      // restore the daemon.
      return [{ pid, daemon: { argv, unit: owner.main ? owner.unit : null, enabled: owner.main && owner.enabled } }];
    });
}
