// Steps 4 and 5: saslauthd with its socket where Postfix's chroot can reach it; enabled, and running with these options.
import { z } from "zod";
import { statusOf } from "../facts/file.ts";
import type { RunningProcess } from "../facts/process.ts";
import { parseSaslauthdOptions } from "../facts/saslauthd.ts";
import { Failure } from "../steps/failure.ts";
import { setEnabled } from "../steps/postfix.ts";
import { dropIn, dropInFolder, dropInPath, restartSaslauthd, waitForSocket } from "../steps/saslauthd.ts";
import { sh } from "../steps/shell.ts";
import type { Step } from "../steps/step.ts";
import { define, type Report } from "./definition.ts";
import { absolutePath } from "./inputs.ts";
import { endForeign, unitRuns } from "./saslauthd-daemons.ts";
import { daemonOf, extendInstances, putOutOfUse, refuseDefaultInUse, rivals, toldOf } from "./saslauthd-instance.ts";
import { readSettings, refuseCarriageReturns, withSettings } from "./saslauthd-settings.ts";
import {
  created,
  defaultPath,
  remember,
  type SaslauthdActual,
  type SaslauthdBefore,
  saslauthdQuestions,
  stepsBack,
} from "./saslauthd-undo.ts";

export const saslauthdServiceSchema = z.strictObject({
  /** Directory of the socket `mux`. It stands unquoted in a default file and in a unit, so it is made of plain characters. */
  socketDirectory: absolutePath
    .regex(/^[A-Za-z0-9._/-]+$/, "must be made of letters, digits, . _ - and /")
    .default("/var/spool/postfix/var/run/saslauthd"),
  mechanism: z.enum(["pam", "shadow", "getpwent", "sasldb", "ldap", "rimap", "kerberos5"]).default("pam"),
  /** Remember logins for eight hours (-c). Faster; an old password still passes until the daemon is restarted. */
  cache: z.boolean().default(true),
  /** Number of processes (-n). */
  threads: z.number().int().min(0).max(100).default(5),
  /** The drop-in of the unit, whole, so that a preview shows its lines. Default: made from socketDirectory; another one is yours to get right. */
  dropIn: z
    .string()
    .max(10_000)
    .regex(/^[\n\t -~]+$/, "must be printable ASCII text")
    .optional(),
  /** Start at boot. */
  enabled: z.boolean().default(true),
  /** The daemon runs, with the options above. */
  state: z.literal("running").default("running"),
});

type Inputs = z.infer<typeof saslauthdServiceSchema>;

/** What a deleted default file starts with again: the sysv script takes its name for the daemon from it. */
const bareFile = Buffer.from('DESC="SASL Authentication Daemon"\nNAME="saslauthd"\n');

export const saslauthdService = define<typeof saslauthdServiceSchema, SaslauthdActual, SaslauthdBefore>({
  kind: "SaslauthdService",
  schema: saslauthdServiceSchema,
  complete: (inputs) => ({ ...inputs, dropIn: dropInOf(inputs) }),
  replacedBy: [],
  id: () => "saslauthd",
  inspect: ({ socketDirectory }) => ({ ...saslauthdQuestions, socket: statusOf(`${socketDirectory}/mux`) }),
  observe: (inputs, actual, recorded) => {
    if (actual.program === null) return undefined;
    const found = readSettings(actual.file?.content ?? Buffer.alloc(0));
    const others = found.others.length === 0 ? "" : ` with ${found.others.join(" ")}`;
    const native = actual.nativeUnit !== null;
    const barred = !native && found.start !== "yes";
    return {
      socketDirectory: `${found.socketDirectory ?? "not set"}${others}${toldOf(rivals(inputs.socketDirectory, actual), native)}`,
      mechanism: found.mechanism ?? "not set",
      cache: found.cache,
      threads: found.threads ?? "not set",
      dropIn: unitFits(inputs, actual, recorded) ? dropInOf(inputs) : actual.dropIn?.content.toString("latin1"),
      enabled: barred ? `barred: START is not yes in ${defaultPath}` : actual.unit.enabled === "enabled",
      state: stateOf(inputs, actual),
    };
  },
  apply: (inputs, actual, recorded) => {
    if (actual.program === null) throw noPackage();
    const { socketDirectory } = inputs;
    refuseDefaultInUse(socketDirectory, actual.file?.content ?? Buffer.alloc(0), actual);
    const native = actual.nativeUnit !== null;
    if (!native) refuseCarriageReturns(defaultPath, actual.file?.content ?? Buffer.alloc(0));
    const steps: Step[] = putOutOfUse(rivals(socketDirectory, actual), defaultPath, native);
    const content = withSettings(actual.file?.content ?? bareFile, inputs, !native);
    if (!actual.file?.content.equals(content)) {
      steps.push({
        do: "write",
        path: defaultPath,
        content,
        expected: actual.file?.content,
        created,
        reason: `set the options in ${defaultPath}`,
        tellsLines: true,
      });
    }
    if (!unitFits(inputs, actual, recorded)) {
      if (actual.dropInFolder === null)
        steps.push({
          do: "run",
          reason: `make ${dropInFolder}`,
          script: sh`install -d -m 755 -- ${dropInFolder}`,
          undo: { script: sh`rmdir -- ${dropInFolder} 2>/dev/null; :` },
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
      steps.push(
        ...endForeign(socketDirectory, actual),
        restartSaslauthd(
          `restart saslauthd: ${state === "running" ? "its options changed" : `it is ${state}`}`,
          onSocket(inputs, actual),
        ),
        waitForSocket(inputs.socketDirectory),
      );
    }
    if ((actual.unit.enabled === "enabled") !== inputs.enabled)
      steps.push(setEnabled("saslauthd", inputs.enabled, actual.unit.enabled));
    return steps;
  },
  remember: (actual, _after, { socketDirectory }) => remember(socketDirectory, actual),
  extend: (earlier, actual, after) => ({ ...earlier, ...extendInstances(earlier, actual, after) }),
  report: (_inputs, actual, recorded, proofs) => ({
    ownDropIn: proofs === undefined ? (recorded?.ownDropIn ?? actual.dropIn !== null) : actual.dropIn !== null,
  }),
  remove: (_inputs, actual, before) => stepsBack(actual, before),
});

/** The processes that serve our socket, whoever started them. */
function onSocket({ socketDirectory }: Inputs, { processes }: SaslauthdActual): readonly RunningProcess[] {
  return processes.filter(({ argv }) => parseSaslauthdOptions(argv.slice(1)).socketDirectory === socketDirectory);
}

function dropInOf({ dropIn: given, socketDirectory }: Inputs): string {
  return given ?? dropIn(socketDirectory);
}

/**
 * Our drop-in, or another way to the same PID file. On Debian 12 the unit works without one, only a killed daemon goes unnoticed: where
 * it runs so and we have never written ours, it is left as somebody set it up.
 */
function unitFits(inputs: Inputs, actual: SaslauthdActual, recorded: Report | undefined): boolean {
  if (actual.dropIn !== null) return actual.dropIn.content.toString("latin1") === dropInOf(inputs);
  // a drop-in that somebody asks for in so many words is wanted as it is
  if (dropInOf(inputs) !== dropIn(inputs.socketDirectory)) return false;
  // systemd prints the path without the old /var/run
  if (actual.pidFile === `${inputs.socketDirectory.replace(/^\/var\/run\//, "/run/")}/saslauthd.pid`) return true;
  const sysv = actual.nativeUnit === null && actual.pidFile === "";
  return sysv && unitRuns(actual) && recorded?.ownDropIn !== true;
}

/**
 * "running" only when the daemon's own argument list says what the inputs say, in any order, and its socket is as the daemon makes it:
 * open for everybody (ipc_unix.c), since the directory is the barrier.
 */
function stateOf(inputs: Inputs, actual: SaslauthdActual): string {
  const { socket } = actual;
  const daemon = daemonOf(inputs.socketDirectory, actual);
  if (daemon === undefined) return "stopped";
  const options = parseSaslauthdOptions(daemon.argv.slice(1));
  const right =
    options.mechanism === inputs.mechanism &&
    options.socketDirectory === inputs.socketDirectory &&
    options.cache === inputs.cache &&
    options.threads === inputs.threads &&
    options.others.length === 0;
  if (!right) return `running with other options: ${daemon.argv.slice(1).join(" ")}`;
  if (socket?.type !== "socket") return "running, and its socket mux is gone";
  return socket.mode === "777" ? "running" : `running, and its socket mux has mode ${socket.mode}`;
}

function noPackage(): Failure {
  return new Failure({
    tried: "configure saslauthd",
    found: "/usr/sbin/saslauthd does not exist",
    left: "nothing was changed",
    next: "it comes with the package sasl2-bin: let this resource depend on SaslPackage",
  });
}
