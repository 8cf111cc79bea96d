// saslauthd with its socket where Postfix's chroot can reach it, enabled at boot, and running with
// these options.
import { isDeepStrictEqual } from "node:util";
import { Failure } from "../../core/failure.ts";
import { sh } from "../../core/shell.ts";
import { statusOf } from "../../facts/file.ts";
import type { RunningProcess } from "../../facts/process.ts";
import { parseSaslauthdOptions } from "../../facts/saslauthd.ts";
import { daemonsAsBefore } from "../../steps/daemons-as-before.ts";
import { removeMadeFolder } from "../../steps/made-folder.ts";
import { dropIn, dropInFolder, dropInPath, restartSaslauthd, waitForSocket } from "../../steps/saslauthd.ts";
import type { Step } from "../../steps/step.ts";
import { define, type Report } from "../definition.ts";
import { packageAdvice } from "../packages/package-advice.ts";
import {
  backendQuestions,
  backendSteps,
  desiredOption,
  freshness,
  observedBackend,
  restoreUnusedBackend,
} from "./saslauthd-backend.ts";
import { observedEnabled, setAtBoot } from "./saslauthd-boot.ts";
import { endForeign, isOfOurUnit, socketDirectoryOf, unitRuns } from "./saslauthd-daemons.ts";
import { created } from "./saslauthd-drop-in.ts";
import { clientsOf, describeTakeOver } from "./saslauthd-elsewhere.ts";
import { hasOwnFiles, type SaslauthdActual, saslauthdQuestions } from "./saslauthd-facts.ts";
import { type SaslauthdServiceInputs as Inputs, saslauthdServiceSchema } from "./saslauthd-inputs.ts";
import {
  daemonOf,
  describeInstancesOnSocket,
  directoryIn,
  disableInstances,
  extendInstances,
  instancesOnSocket,
  intendInstances,
  refuseDefaultInUse,
} from "./saslauthd-instance.ts";
import { newMarks, withMarks } from "./saslauthd-marks.ts";
import { keepsAccountsOnHost, saslauthdRules } from "./saslauthd-rules.ts";
import {
  type DesiredSettings,
  defaultPath,
  readSettings,
  refuseCarriageReturns,
  withSettings,
} from "./saslauthd-settings.ts";
import { desiredTuning, namesEachOnce, observedTuning, unsupportedOptions } from "./saslauthd-tuning.ts";
import { remember, restoreSaslauthd, type SaslauthdBefore } from "./saslauthd-undo.ts";
import { refuseForeignUnit, startedBy } from "./saslauthd-unit.ts";

/**
 * The initial content of a deleted default file: the sysv script takes the daemon's name from it.
 */
const bareFile = Buffer.from('DESC="SASL Authentication Daemon"\nNAME="saslauthd"\n');

export const saslauthdService = define<typeof saslauthdServiceSchema, SaslauthdActual, SaslauthdBefore>({
  kind: "SaslauthdService",
  schema: saslauthdServiceSchema,
  rules: (inputs) => [
    ...saslauthdRules(inputs),
    ...(namesEachOnce(inputs.options ?? [])
      ? []
      : [{ property: "options", reason: "must name each option once: saslauthd takes the last" } as const]),
  ],
  complete: (inputs) => ({ ...inputs, cache: cachesLogins(inputs), dropIn: dropInOf(inputs) }),
  secrets: ["ldapBindPassword"],
  secretBefore: true,
  replacedBy: [],
  id: () => "saslauthd",
  inspect: (inputs) => ({
    ...saslauthdQuestions,
    ...clientsOf(inputs.socketDirectory),
    socket: statusOf(`${inputs.socketDirectory}/mux`),
    ...backendQuestions({ ...inputs, cache: cachesLogins(inputs) }),
  }),
  observe: (inputs, actual, lastReport) => {
    if (actual.program === null && !hasOwnFiles(inputs.socketDirectory, actual)) return undefined;
    const native = actual.nativeUnit !== null;
    const found = readSettings(actual.file?.content ?? Buffer.alloc(0), !native);
    const strange = unsupportedOptions(inputs, found);
    const others = strange.length === 0 ? "" : ` with ${strange.join(" ")}`;
    const barred = actual.program !== null && !native && found.start !== "yes";
    return {
      socketDirectory: `${found.socketDirectory ?? "not set"}${others}${describeUnusedMechanismOption(inputs, found.mechanismOption)}${describeInstancesOnSocket(instancesOnSocket(inputs.socketDirectory, actual), native)}`,
      mechanism: found.mechanism ?? "not set",
      cache: found.cache,
      realmInLogin: found.realmInLogin,
      ...observedBackend(inputs, actual, found.mechanismOption),
      ...observedTuning(inputs, found),
      dropIn: unitFits(inputs, actual, lastReport) ? dropInOf(inputs) : actual.dropIn?.content.toString("latin1"),
      takeOver: inputs.takeOver,
      enabled: barred ? `barred: START is not yes in ${defaultPath}` : observedEnabled(inputs.enabled, actual),
      state: stateOf(inputs, actual),
    };
  },
  apply: (inputs, actual, lastReport, before) => {
    if (actual.program === null) throw noPackage();
    const { socketDirectory } = inputs;
    if (!inputs.takeOver) refuseDefaultInUse(socketDirectory, actual.file?.content ?? Buffer.alloc(0), actual);
    // After the first change, the content of the file is drift.
    const elsewhere = before === undefined ? describeTakeOver(inputs, actual) : "";
    refuseForeignUnit(actual);
    const native = actual.nativeUnit !== null;
    if (!native) refuseCarriageReturns(defaultPath, actual.file?.content ?? Buffer.alloc(0));
    const steps: Step[] = disableInstances(instancesOnSocket(socketDirectory, actual), defaultPath, native);
    steps.push(...backendSteps(inputs, actual));
    const file = actual.file?.content ?? bareFile;
    const content = withSettings(file, desiredSettings(inputs, file, actual), !native, defaultPath);
    if (!actual.file?.content.equals(content)) {
      steps.push({
        do: "write",
        path: defaultPath,
        content,
        expected: actual.file?.content,
        created,
        reason: `set the options in ${defaultPath}${elsewhere}`,
        tellsLines: true,
      });
    }
    const fits = unitFits(inputs, actual, lastReport);
    if (!fits) {
      if (actual.dropInFolder === null)
        steps.push({
          do: "run",
          reason: `make ${dropInFolder}`,
          script: sh`install -d -m 755 -- ${dropInFolder}`,
          undo: { script: removeMadeFolder(dropInFolder) },
        });
      steps.push({
        do: "write",
        path: dropInPath,
        content: Buffer.from(dropInOf(inputs)),
        expected: actual.dropIn?.content,
        created,
        reason: "write the drop-in: the unit waits for a PID file in another directory",
      });
    }
    const state = stateOf(inputs, actual);
    if (steps.length > 0 || state !== "running") {
      const restart = restartSaslauthd(
        `restart saslauthd: ${state === "running" ? "its options changed" : `it is ${state}`}`,
        processesToEnd(inputs, actual),
      );
      steps.push(
        ...endForeign(socketDirectory, actual),
        unitRuns(actual) ? restart : { ...restart, undo: daemonsAsBefore },
        waitForSocket(inputs.socketDirectory),
      );
    }
    steps.push(...restoreUnusedBackend(inputs, actual, before));
    steps.push(...setAtBoot(inputs.enabled, actual.dropIn !== null || !fits, actual));
    return steps;
  },
  remember: (actual, after, { socketDirectory }) =>
    withMarks(remember(socketDirectory, actual), newMarks(actual, after)),
  intend: (earlier, actual, { socketDirectory }) => ({
    ...earlier,
    ...intendInstances(earlier, instancesOnSocket(socketDirectory, actual)),
  }),
  join: (onHost, { instances = {}, set }) =>
    withMarks({ ...onHost, instances: { ...instances, ...onHost.instances } }, set),
  extend: (earlier, actual, after) =>
    withMarks({ ...earlier, ...extendInstances(earlier, actual, after) }, newMarks(actual, after)),
  report: (_inputs, actual, lastReport, proofs) => ({
    ownDropIn: proofs === undefined ? (lastReport?.ownDropIn ?? actual.dropIn !== null) : actual.dropIn !== null,
  }),
  remove: (inputs, actual, before) => {
    const file = actual.file?.content;
    // Without the package it is not known whether a script reads START, so START is not written.
    const startCounts = actual.program !== null && actual.nativeUnit === null;
    const settings = file && withSettings(file, desiredSettings(inputs, file, actual), startCounts, defaultPath);
    const { ldap, ldapBindPassword } = inputs;
    return restoreSaslauthd(actual, before, { dropIn: dropInOf(inputs), settings, ldap, ldapBindPassword });
  },
});

/**
 * The processes that must end before the start: those on our socket, whoever started them, and
 * those of the unit that serve what its default file said before. The sysv script of Debian 12
 * reads the socket of the daemon that it stops from the current file.
 */
function processesToEnd({ socketDirectory }: Inputs, actual: SaslauthdActual): readonly RunningProcess[] {
  const instances = actual.instances.map(({ content }) => directoryIn(content));
  return actual.processes.filter((process) => {
    const directory = socketDirectoryOf(process);
    return directory === socketDirectory || (isOfOurUnit(process, actual) && !instances.includes(directory));
  });
}

function cachesLogins({ cache, mechanism }: Inputs): boolean {
  return cache ?? keepsAccountsOnHost(mechanism);
}

/**
 * The desired content of the default file. An option that means the same already stays as written,
 * and an input that is not given leaves its setting as it was.
 */
function desiredSettings(inputs: Inputs, file: Buffer, actual: SaslauthdActual): DesiredSettings {
  const byScript = actual.nativeUnit === null;
  const [rival] = instancesOnSocket(inputs.socketDirectory, actual);
  const mechanismOption = desiredOption(inputs, readSettings(file, byScript).mechanismOption);
  const kept = desiredTuning(inputs, readSettings(rival?.content ?? file, byScript));
  return { ...inputs, ...kept, cache: cachesLogins(inputs), mechanismOption };
}

/** An -O that the mechanism does not use. The -O of rimap has its own input. */
function describeUnusedMechanismOption(inputs: Inputs, option: string | null): string {
  const fits = option === null || inputs.rimap !== undefined || desiredOption(inputs, option) === option;
  return fits ? "" : ` with -O ${option}`;
}

function dropInOf({ dropIn: given, socketDirectory }: Inputs): string {
  return given ?? dropIn(socketDirectory);
}

/**
 * Whether the unit has our drop-in, or another configuration with the PID file of this directory. On
 * Debian 12 the unit works without a drop-in, only a killed daemon goes unnoticed: if it runs like
 * that and this program never wrote its drop-in, the host is left as it is.
 */
function unitFits(inputs: Inputs, actual: SaslauthdActual, lastReport: Report | undefined): boolean {
  if (actual.dropIn !== null) return actual.dropIn.content.toString("latin1") === dropInOf(inputs);
  // An explicitly given drop-in must be there exactly.
  if (dropInOf(inputs) !== dropIn(inputs.socketDirectory)) return false;
  // systemd prints the path without the old /var/run.
  if (actual.pidFile === `${inputs.socketDirectory.replace(/^\/var\/run\//, "/run/")}/saslauthd.pid`) return true;
  const generatedWithoutPidFile = actual.nativeUnit === null && actual.pidFile === "";
  return generatedWithoutPidFile && unitRuns(actual) && lastReport?.ownDropIn !== true;
}

/**
 * "running" only if three conditions hold: the daemon's arguments match its default file, in any
 * order; its socket is as the daemon makes it (open for everybody, ipc_unix.c, because the
 * directory is the barrier); and nothing that it has loaded or cached is out of date. The arguments
 * are compared with the file, not with the inputs: a run that was killed between the write and the
 * restart leaves a daemon that fits the old inputs beside a file that already fits the new ones,
 * and nothing would restart it. The other properties compare the file with the inputs.
 */
function stateOf(inputs: Inputs, actual: SaslauthdActual): string {
  const { socket } = actual;
  const daemon = daemonOf(inputs.socketDirectory, actual);
  if (daemon === undefined) return actual.program === null ? "not installed" : "stopped";
  const { start: _onlyForTheScript, ...said } = readSettings(
    actual.file?.content ?? bareFile,
    actual.nativeUnit === null,
  );
  if (!isDeepStrictEqual(parseSaslauthdOptions(daemon.argv.slice(1)), said))
    return `running with other options than its file says: ${daemon.argv.slice(1).join(" ")}${startedBy(actual)}`;
  if (socket?.type !== "socket") return "running, and its socket mux is gone";
  return socket.mode === "777" ? freshness(inputs, actual) : `running, and its socket mux has mode ${socket.mode}`;
}

function noPackage(): Failure {
  return new Failure({
    code: "package-missing",
    tried: "configure saslauthd",
    found: "/usr/sbin/saslauthd does not exist",
    left: ["nothing was changed"],
    next: packageAdvice("sasl2-bin"),
  });
}
