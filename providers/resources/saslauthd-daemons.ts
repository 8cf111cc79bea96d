// Which saslauthd is whose. A daemon on our socket that saslauthd.service did not start has to end, and runs again after the undo; one
// on another socket is somebody else's and stays.
import type { RunningProcess } from "../facts/process.ts";
import { parseSaslauthdOptions } from "../facts/saslauthd.ts";
import { type DaemonOwner, saslauthdOwners } from "../facts/saslauthd-instances.ts";
import { endDaemon, type ForeignDaemon, startDaemon } from "../steps/saslauthd-instance.ts";
import type { Step } from "../steps/step.ts";

export const daemonQuestions = { owners: saslauthdOwners };

/** What the host shows of it. */
export interface DaemonsActual {
  readonly processes: readonly RunningProcess[];
  readonly owners: readonly DaemonOwner[];
}

/** What to remember of it. A memory of an older version has none. */
export interface DaemonsBefore {
  /** The daemons on our socket that ran outside of saslauthd.service. */
  readonly daemons?: readonly ForeignDaemon[];
}

const ownUnit = "saslauthd.service";

/** Whether saslauthd.service has a daemon. On Debian 12 systemd calls it active without one, too. */
export function unitRuns({ owners }: DaemonsActual): boolean {
  return owners.some(({ unit }) => unit === ownUnit);
}

/** One that was started by hand, or by a unit that somebody wrote, goes on whatever the default file says. */
export function isOfOurUnit({ pid }: Pick<RunningProcess, "pid">, { owners }: DaemonsActual): boolean {
  return owners.some((owner) => owner.pid === pid && owner.unit === ownUnit);
}

/** The directory of the socket that a process serves. */
export function socketDirectoryOf({ argv }: RunningProcess): string | null {
  return parseSaslauthdOptions(argv.slice(1)).socketDirectory;
}

/** Ends what holds our socket and does not belong to saslauthd.service. */
export function endForeign(socketDirectory: string, actual: DaemonsActual): Step[] {
  return foreignOn(socketDirectory, actual).map(({ pid, daemon }) => {
    const what = daemon.unit ?? `process ${pid}, which no unit looks after`;
    return endDaemon(
      daemon,
      pid,
      `end the saslauthd of ${what} (${daemon.argv.slice(1).join(" ")}): ${ownUnit} serves ${socketDirectory} from now on`,
    );
  });
}

/** From the look before the change. */
export function rememberDaemons(socketDirectory: string, actual: DaemonsActual): DaemonsBefore {
  return { daemons: foreignOn(socketDirectory, actual).map(({ daemon }) => daemon) };
}

/** The daemons that ran outside of the unit, where they do not run again already. */
export function daemonsBack(actual: DaemonsActual, { daemons = [] }: DaemonsBefore): Step[] {
  const own = new Set(actual.owners.filter(({ unit }) => unit === ownUnit).map(({ pid }) => pid));
  const runs = (daemon: ForeignDaemon) =>
    actual.processes.some(({ pid, argv }) => !own.has(pid) && argv.join(" ") === daemon.argv.join(" "));
  return daemons.filter((daemon) => !runs(daemon)).map(startDaemon);
}

/** The parents among the processes on our socket, without the unit's own. */
function foreignOn(socketDirectory: string, actual: DaemonsActual): { pid: number; daemon: ForeignDaemon }[] {
  const pids = new Set(actual.processes.map(({ pid }) => pid));
  return actual.processes
    .filter((process) => !pids.has(process.parent) && socketDirectoryOf(process) === socketDirectory)
    .flatMap(({ pid, argv }) => {
      const owner = actual.owners.find((known) => known.pid === pid);
      if (owner === undefined || owner.unit === ownUnit) return [];
      // a daemon that some service has merely started is not what that service is there for
      return [{ pid, daemon: { argv, unit: owner.main ? owner.unit : null, enabled: owner.main && owner.enabled } }];
    });
}
