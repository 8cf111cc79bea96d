// Postfix runs with the configuration on the disk and is seen to answer, or is stopped.
import { Failure } from "../../core/failure.ts";
import { disablingParameter } from "../../facts/disabled-service.ts";
import { fileAt, type PathStatus, statusOf } from "../../facts/file.ts";
import { journalOpen } from "../../facts/journal.ts";
import { type Listener, listeners } from "../../facts/listeners.ts";
import { servicePorts } from "../../facts/master-ports.ts";
import { cameInTransaction } from "../../facts/package-journal.ts";
import { setInMain } from "../../facts/postconf.ts";
import {
  configurationDigest,
  loadedDigest,
  loadedPath,
  masterCfPath,
  masterProcesses,
  outdated,
} from "../../facts/postfix.ts";
import type { RunningProcess } from "../../facts/process.ts";
import { resourceRecords } from "../../facts/resource-record.ts";
import { asServed } from "../../facts/served-ports.ts";
import { type UnitStatus, unitStatus } from "../../facts/systemd.ts";
import {
  checkPostfix,
  reloadPostfix,
  setEnabled,
  startPostfix,
  stopPostfix,
  waitForPorts,
} from "../../steps/postfix.ts";
import type { Step } from "../../steps/step.ts";
import { define, type Report } from "../definition.ts";
import { packageAdvice } from "../packages/package-advice.ts";
import { askedPorts, type PortsActual } from "./asked-ports.ts";
import {
  type LoginsActual,
  loginParameters,
  loginsInClear,
  loginsOffered,
  loginsOfOthers,
  refuseWhileOthersLogIn,
} from "./logins-of-others.ts";
import { readableEntries } from "./master-entry.ts";
import { type PostfixServiceInputs as Inputs, postfixServiceSchema } from "./postfix-inputs.ts";
import { asFound, endsStopped, leftStopped, refuseUnaskedStop, unaskedStop } from "./postfix-stop.ts";
import { refuseTakenPorts } from "./taken-ports.ts";

interface Actual extends PortsActual, LoginsActual {
  readonly program: PathStatus | null;
  readonly processes: readonly RunningProcess[];
  readonly unit: UnitStatus;
  readonly digest: string;
  readonly loaded: string;
  readonly outdated: readonly string[];
  readonly journal: boolean;
  readonly listeners: readonly Listener[];
  /** Postfix was installed by this transaction, or by an earlier one that was never proved. */
  readonly installedNow: boolean;
}

interface Before {
  readonly running: boolean;
  readonly enabled: boolean;
  /** This program installed it, and Debian started it. Missing in the records of older versions. */
  readonly installed?: true;
  /**
   * The services with AUTH (`loginsOffered`) when Postfix was first loaded. Missing in the records
   * of older versions.
   */
  readonly logins?: readonly string[];
}

export const postfixService = define<typeof postfixServiceSchema, Actual, Before>({
  kind: "PostfixService",
  schema: postfixServiceSchema,
  rules: ({ state, cleartextAuth, allowCleartext }) =>
    state === "running" && cleartextAuth && !allowCleartext
      ? [
          {
            property: "state",
            reason:
              "Postfix would be left running with passwords in clear text on the network: configure tls; or let it end stopped, so that the host carries no mail (finalState: stopped); or, where nobody else can listen, say allowCleartext: true",
          },
        ]
      : [],
  forbids: unaskedStop,
  inputWarnings: ({ state, mayStop }) => (state === "stopped" && mayStop === false ? [endsStopped] : []),
  closes: ({ proves }) => proves,
  replacedBy: [],
  id: () => "postfix",
  inspect: () => ({
    program: statusOf("/usr/sbin/postfix"),
    processes: masterProcesses,
    unit: unitStatus("postfix"),
    digest: configurationDigest,
    loaded: loadedDigest,
    outdated,
    journal: journalOpen,
    listeners,
    installedNow: cameInTransaction("postfix"),
    master: fileAt(masterCfPath),
    names: servicePorts(),
    inMain: setInMain([disablingParameter, ...loginParameters]),
    resourceRecords,
  }),
  observe: (inputs, actual, lastReport) => {
    if (actual.program === null) return undefined;
    const onTheHost = staleness(inputs, actual, lastReport);
    const running = actual.processes.length > 0;
    const asked = askedPorts(inputs.ports, actual);
    const served = (ports: readonly number[]) =>
      inputs.state === "running" ? asServed(actual.listeners, ports, running) : ports;
    return {
      ...asFound(inputs, actual, lastReport),
      ports: inputs.ports.flatMap((port) => (asked.includes(port) ? served([port]) : port)),
      tlsPorts: served(inputs.tlsPorts),
      cleartextAuth: inputs.cleartextAuth,
      allowCleartext: inputs.allowCleartext,
      mayStop: inputs.mayStop,
      proves: inputs.proves,
      configuration: onTheHost === undefined ? inputs.configuration : { ...inputs.configuration, onTheHost },
    };
  },
  apply: (inputs, actual, lastReport) => {
    if (actual.program === null) throw noPackage();
    refuseUnaskedStop(inputs, actual, lastReport);
    const clear = askedPorts(inputs.ports, actual);
    const ports = [...clear, ...inputs.tlsPorts];
    if (inputs.state === "running") refuseTakenPorts(ports, actual.listeners);
    const running = actual.processes.length > 0;
    const steps: Step[] = [];
    if (inputs.state === "running") {
      steps.push(
        checkPostfix,
        running
          ? reloadPostfix(`reload Postfix: ${actual.outdated.join("; ") || "its configuration changed"}`)
          : startPostfix("start Postfix: it is stopped"),
      );
      steps.push(waitForPorts(ports));
      for (const port of clear)
        steps.push({ do: "prove", dialogue: { port, mechanisms: [] }, reason: `look at the banner on port ${port}` });
    } else if (running) {
      steps.push(stopPostfix("stop Postfix: wanted stopped, found running"));
    }
    if ((actual.unit.enabled === "enabled") !== inputs.enabled)
      steps.push(setEnabled("postfix", inputs.enabled, actual.unit.enabled));
    return steps;
  },
  remember: (actual) => ({
    running: actual.processes.length > 0,
    enabled: actual.unit.enabled === "enabled",
    ...(actual.installedNow ? { installed: true } : {}),
    logins: loginsOffered(actual),
  }),
  report: (inputs, actual, lastReport, proofs) => ({
    loaded: proofs === undefined ? lastReport?.loaded : actual.digest,
    leftStopped: leftStopped(inputs, actual, lastReport),
  }),
  warnings: (_inputs, actual) => loginsInClear(actual),
  refusesToGo: (_inputs, actual, { logins }) => {
    if (actual.program === null || logins === undefined) return;
    // Beside a broken master.cf what main.cf sets may be missing (setInMain).
    if (actual.master !== null) readableEntries(actual.master.content);
    refuseWhileOthersLogIn(loginsOfOthers(actual, logins));
  },
  leaves: (inputs, actual, before) => {
    if (actual.program === null) return [];
    const running = isRunning(actual);
    const isAsBefore = running === before.running || before.installed === true || asLeft(inputs, actual);
    return [
      ...(before.logins === undefined ? loginsOfOthers(actual, []) : []).map(
        (place) =>
          `${place}: if logins there were set up since the first up, saslauthd checks them no more; an older version did not record what was there before`,
      ),
      ...(isAsBefore
        ? []
        : [
            `Postfix is left ${running ? "running: somebody else has started" : "stopped: somebody else has stopped"} it since`,
          ]),
    ];
  },
  remove: (inputs, actual, before) => {
    if (actual.program === null) return [];
    const running = isRunning(actual);
    const enabled = actual.unit.enabled === "enabled";
    const steps: Step[] = [];
    // A Postfix that this program installed goes with its package, or stays as it is with it.
    if (!before.installed && enabled !== before.enabled && enabled === inputs.enabled)
      steps.push(setEnabled("postfix", before.enabled, actual.unit.enabled));
    const back = !before.installed && running !== before.running && asLeft(inputs, actual);
    if (back && running) steps.push(stopPostfix("stop Postfix: it was stopped before"));
    if (back && !running) steps.push(startPostfix("start Postfix: it ran before"));
    if (actual.loaded !== "" || (back && !running))
      steps.push({ do: "remove", path: loadedPath, reason: "forget what Postfix has loaded" });
    return steps;
  },
});

function isRunning({ processes }: Actual): boolean {
  return processes.length > 0;
}

/** Whether it runs or stands still as the last run left it; else somebody else has changed that. */
function asLeft({ state }: Inputs, actual: Actual): boolean {
  return isRunning(actual) === (state === "running");
}

/**
 * Why the running Postfix differs from the files or still needs its proof; `undefined` if it does
 * not.
 */
function staleness(inputs: Inputs, actual: Actual, lastReport: Report | undefined): string | undefined {
  const changed = "changed since Postfix was last reloaded and seen to answer";
  if (inputs.proves && actual.journal) return changed;
  if (inputs.state !== "running") return undefined;
  // The host's own record is more reliable than the state: it includes a roll-back by another
  // resource.
  if ((actual.loaded || lastReport?.loaded) !== actual.digest) return changed;
  if (actual.processes.length === 0 || actual.outdated.length === 0) return undefined;
  return `Postfix is older than this: ${actual.outdated.join("; ")}`;
}

function noPackage(): Failure {
  return new Failure({
    code: "package-missing",
    tried: "run Postfix",
    found: "/usr/sbin/postfix does not exist",
    left: ["nothing was changed"],
    next: packageAdvice("postfix"),
  });
}
