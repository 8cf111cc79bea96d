// A saslauthd that already serves another directory than ours. /etc/default/saslauthd can name only
// one directory, so taking saslauthd over breaks the logins of every client of the other one. That
// happens without confirmation only if nothing indicates such a client.

import { Failure } from "../../core/failure.ts";
import { type FileContent, fileAt, type PathStatus, statusOf } from "../../facts/file.ts";
import { processesOf } from "../../facts/process.ts";
import { parseSaslauthdOptions, saslauthdPath } from "../../facts/saslauthd.ts";
import { type SaslauthdClients, saslauthdClients } from "../../facts/saslauthd-clients.ts";
import { type UnitStatus, unitStatus } from "../../facts/systemd.ts";
import { type DaemonsActual, daemonQuestions, isOfOurUnit, socketDirectoryOf } from "./saslauthd-daemons.ts";
import { directoryIn, type InstanceActual, instanceQuestions } from "./saslauthd-instance.ts";
import { defaultPath, nativeUnitPath, readSettings } from "./saslauthd-settings.ts";

export interface ElsewhereActual extends DaemonsActual, InstanceActual {
  readonly file: FileContent | null;
  readonly nativeUnit: PathStatus | null;
  readonly unit: UnitStatus;
  readonly clients: SaslauthdClients;
}

/** The questions that do not depend on the inputs; `clientsOf` is asked in addition. */
export const elsewhereQuestions = {
  file: fileAt(defaultPath),
  nativeUnit: statusOf(nativeUnitPath),
  unit: unitStatus("saslauthd"),
  processes: processesOf(saslauthdPath),
  ...daemonQuestions,
  ...instanceQuestions,
};

export function clientsOf(ours: string) {
  return { clients: saslauthdClients(ours) };
}

/** The desired daemon. */
export interface DesiredDaemon {
  readonly socketDirectory: string;
  readonly mechanism: string;
  /** Take saslauthd over whichever directory it serves. */
  readonly takeOver: boolean;
}

/** The socket directories in Debian's default file. */
const debianDirectories = ["/var/run/saslauthd", "/run/saslauthd"];

/**
 * What a take-over does to the other directory, for the log; "" if no directory is affected. Throws
 * if another client may use it.
 */
export function describeTakeOver(desired: DesiredDaemon, actual: ElsewhereActual): string {
  const elsewhere = servedElsewhere(desired.socketDirectory, actual);
  if (elsewhere === undefined) return "";
  const { directory, mechanism } = elsewhere;
  const note = `; ${directory}, served with ${mechanism} until now, is left`;
  if (desired.takeOver) return `${note}, as takeOver says`;
  const speaking = clientsAt(elsewhere, desired, actual.clients);
  if (speaking.length === 0) return `${note}: nothing on this host but Postfix is set up to ask there`;
  throw new Failure({
    code: "saslauthd-in-use-elsewhere",
    tried: `let saslauthd serve ${desired.socketDirectory} with ${desired.mechanism}`,
    found: `saslauthd.service is there for ${directory} with ${mechanism} (${elsewhere.how}), and can serve one directory only; this may be for something else than Postfix: ${speaking.join("; ")}`,
    left: ["nothing was changed"],
    next: `give that daemon a unit of its own first (docs/taking-over.md has one), so that both run side by side; or, when nothing needs ${directory} any more, say takeOverSaslauthd: true (takeOver of SaslauthdService)`,
  });
}

interface Elsewhere {
  readonly directory: string;
  readonly mechanism: string;
  readonly how: string;
}

/**
 * The directory of the running daemon, else the one that would be served after a boot: the file may
 * have been edited and not loaded yet.
 */
function servedElsewhere(ours: string, actual: ElsewhereActual): Elsewhere | undefined {
  const byScript = actual.nativeUnit === null;
  const found = readSettings(actual.file?.content ?? Buffer.alloc(0), byScript);
  // On Debian 12 the instances belong to the same unit and keep running with it.
  const untouched = [ours, ...actual.instances.map(({ content }) => directoryIn(content))];
  const running = actual.processes.find(
    (process) => isOfOurUnit(process, actual) && !untouched.includes(socketDirectoryOf(process) ?? ours),
  );
  const { socketDirectory: directory, mechanism } =
    running === undefined ? found : parseSaslauthdOptions(running.argv.slice(1));
  // No daemon starts without a mechanism.
  if (directory === null || directory === ours || mechanism === null) return undefined;
  if (running !== undefined) return { directory, mechanism, how: "that daemon runs" };
  const startsAtBoot = actual.unit.enabled === "enabled" && (!byScript || found.start === "yes");
  return startsAtBoot ? { directory, mechanism, how: "that daemon starts at boot" } : undefined;
}

/**
 * The signs of a client other than Postfix; empty if the daemon is as Debian ships it, or as
 * Postfix needs it.
 */
function clientsAt(
  { directory, mechanism }: Elsewhere,
  desired: DesiredDaemon,
  { members, files, postfix }: SaslauthdClients,
): string[] {
  const others = members.filter((member) => member !== "postfix" && member !== "root");
  const speaking = [
    ...(others.length === 0 ? [] : [`${others.join(" and ")} in the group sasl`]),
    ...files.map((file) => `${file} names it`),
  ];
  const servesPostfix = postfix && members.includes("postfix");
  if (speaking.length > 0 || servesPostfix) return speaking;
  return [
    ...(mechanism === desired.mechanism
      ? []
      : [`it asks ${mechanism}, and not ${desired.mechanism} as is wanted here`]),
    ...(debianDirectories.includes(directory) ? [] : [`${directory} is not Debian's own choice`]),
  ];
}
