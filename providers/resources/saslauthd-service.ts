// Steps 4 and 5: saslauthd with its socket where Postfix's chroot can reach it; enabled, and running with these options.
import { isDeepStrictEqual } from "node:util";
import { z } from "zod";
import { statusOf } from "../facts/file.ts";
import type { RunningProcess } from "../facts/process.ts";
import { parseSaslauthdOptions } from "../facts/saslauthd.ts";
import { Failure } from "../steps/failure.ts";
import { dropIn, dropInFolder, dropInPath, restartSaslauthd, waitForSocket } from "../steps/saslauthd.ts";
import { sh } from "../steps/shell.ts";
import type { Step } from "../steps/step.ts";
import { define, type Report } from "./definition.ts";
import { absolutePath } from "./inputs.ts";
import { ldapSchema, ldapValue } from "./ldap-settings.ts";
import { rimapSchema } from "./rimap-settings.ts";
import {
  backendLeft,
  backendQuestions,
  backendSeen,
  backendSteps,
  freshness,
  wantedOption,
} from "./saslauthd-backend.ts";
import { enabledSeen, setAtBoot } from "./saslauthd-boot.ts";
import { endForeign, isOfOurUnit, socketDirectoryOf, unitRuns } from "./saslauthd-daemons.ts";
import { clientsOf, leaveElsewhere } from "./saslauthd-elsewhere.ts";
import {
  daemonOf,
  describeRivals,
  directoryIn,
  extendInstances,
  putOutOfUse,
  refuseDefaultInUse,
  rivals,
} from "./saslauthd-instance.ts";
import { furtherOption, keptSeen, keptSettings, strangeOptions } from "./saslauthd-kept.ts";
import { keepsAccountsOnHost, saslauthdRules } from "./saslauthd-rules.ts";
import {
  defaultPath,
  readSettings,
  refuseCarriageReturns,
  type WantedSettings,
  withSettings,
} from "./saslauthd-settings.ts";
import {
  created,
  remember,
  type SaslauthdActual,
  type SaslauthdBefore,
  saslauthdQuestions,
  stepsBack,
} from "./saslauthd-undo.ts";
import { refuseStrangeUnit, startedBy } from "./saslauthd-unit.ts";

export const saslauthdServiceSchema = z.strictObject({
  /** Directory of the socket `mux`. It stands unquoted in a default file and in a unit, so it is made of plain characters. */
  socketDirectory: absolutePath
    .regex(/^[A-Za-z0-9._/-]+$/, "must be made of letters, digits, . _ - and /")
    .default("/var/spool/postfix/var/run/saslauthd"),
  /** Who knows the accounts (-a): PAM's service smtp, /etc/shadow, the C library, /etc/sasldb2, a directory, an IMAP server, Kerberos. */
  mechanism: z.enum(["pam", "shadow", "getpwent", "sasldb", "ldap", "rimap", "kerberos5"]).default("pam"),
  /**
   * Remember logins for eight hours (-c). Faster; an old password or a locked account still passes until the daemon is restarted, which
   * the next `pulumi up` does. With ldap, rimap and kerberos5 it can not be true, since nobody here sees that an account was changed.
   * Default: true where the accounts stand on the host, else false.
   */
  cache: z.boolean().optional(),
  /** Put the realm behind the login name, alice@example.org, before the mechanism sees it (-r); without it the part behind the at sign is cut off. */
  realmInLogin: z.boolean().default(false),
  /** For the mechanism ldap: the directory to ask. Written to /etc/saslauthd.conf, which only root reads. */
  ldap: ldapSchema.optional(),
  /** Password of `bindDn` in `ldap`, at most 127 bytes. */
  ldapBindPassword: ldapValue(127).optional(),
  /** For the mechanism rimap: the IMAP server to ask. */
  rimap: rimapSchema.optional(),
  /** Number of processes (-n); 0 = a new one for each login. Default: what THREADS says on the host, else 5. */
  threads: z.number().int().min(0).max(100).optional(),
  /** Further options of saslauthd(8), each with its value: "-t 600", "-s 1024", "-V", "-l". All of them: one more in the file is a difference. Default: those that the file has. */
  options: z.array(z.string().regex(furtherOption, "must be -l, -T, -V, -s or -t with a number")).max(5).optional(),
  /** The drop-in of the unit (systemd.unit(5)), whole, so that a preview shows its lines. One of yours is yours to get right. Default: made from socketDirectory. */
  dropIn: z
    .string()
    .max(10_000)
    .regex(/^[\n\t -~]+$/, "must be printable ASCII text")
    .optional(),
  /**
   * Take saslauthd over although it serves another directory today and something on the host seems to ask there: another mechanism than
   * wanted, a further user in the group sasl, a SASL file of another program. Without it such a host is refused.
   */
  takeOver: z.boolean().default(false),
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
  rules: saslauthdRules,
  complete: (inputs) => ({ ...inputs, cache: remembers(inputs), dropIn: dropInOf(inputs) }),
  secrets: ["ldapBindPassword"],
  secretBefore: true,
  replacedBy: [],
  id: () => "saslauthd",
  inspect: (inputs) => ({
    ...saslauthdQuestions,
    ...clientsOf(inputs.socketDirectory),
    socket: statusOf(`${inputs.socketDirectory}/mux`),
    ...backendQuestions({ ...inputs, cache: remembers(inputs) }),
  }),
  observe: (inputs, actual, recorded) => {
    if (actual.program === null) return undefined;
    const native = actual.nativeUnit !== null;
    const found = readSettings(actual.file?.content ?? Buffer.alloc(0), !native);
    const strange = strangeOptions(inputs, found);
    const others = strange.length === 0 ? "" : ` with ${strange.join(" ")}`;
    const barred = !native && found.start !== "yes";
    return {
      socketDirectory: `${found.socketDirectory ?? "not set"}${others}${strangeOption(inputs, found.mechanismOption)}${describeRivals(rivals(inputs.socketDirectory, actual), native)}`,
      mechanism: found.mechanism ?? "not set",
      cache: found.cache,
      realmInLogin: found.realmInLogin,
      ...backendSeen(inputs, actual, found.mechanismOption),
      ...keptSeen(inputs, found),
      dropIn: unitFits(inputs, actual, recorded) ? dropInOf(inputs) : actual.dropIn?.content.toString("latin1"),
      takeOver: inputs.takeOver,
      enabled: barred ? `barred: START is not yes in ${defaultPath}` : enabledSeen(inputs.enabled, actual),
      state: stateOf(inputs, actual),
    };
  },
  apply: (inputs, actual, recorded, before) => {
    if (actual.program === null) throw noPackage();
    const { socketDirectory } = inputs;
    if (!inputs.takeOver) refuseDefaultInUse(socketDirectory, actual.file?.content ?? Buffer.alloc(0), actual);
    // once it is ours, what stands in the file is drift
    const elsewhere = before === undefined ? leaveElsewhere(inputs, actual) : "";
    refuseStrangeUnit(actual);
    const native = actual.nativeUnit !== null;
    if (!native) refuseCarriageReturns(defaultPath, actual.file?.content ?? Buffer.alloc(0));
    const steps: Step[] = putOutOfUse(rivals(socketDirectory, actual), defaultPath, native);
    steps.push(...backendSteps(inputs, actual));
    const file = actual.file?.content ?? bareFile;
    const content = withSettings(file, wantedSettings(inputs, file, actual), !native);
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
    const fits = unitFits(inputs, actual, recorded);
    if (!fits) {
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
          strays(inputs, actual),
        ),
        waitForSocket(inputs.socketDirectory),
      );
    }
    steps.push(...backendLeft(inputs, actual, before));
    steps.push(...setAtBoot(inputs.enabled, actual.dropIn !== null || !fits, actual));
    return steps;
  },
  remember: (actual, _after, { socketDirectory }) => remember(socketDirectory, actual),
  extend: (earlier, actual, after) => ({ ...earlier, ...extendInstances(earlier, actual, after) }),
  report: (_inputs, actual, recorded, proofs) => ({
    ownDropIn: proofs === undefined ? (recorded?.ownDropIn ?? actual.dropIn !== null) : actual.dropIn !== null,
  }),
  remove: (_inputs, actual, before) => stepsBack(actual, before),
});

/**
 * The processes that must be gone before the start: those on our socket, whoever started them, and those of the unit that serve what its
 * default file said before. The sysv script of Debian 12 asks the file of today for the socket of the daemon that it stops.
 */
function strays({ socketDirectory }: Inputs, actual: SaslauthdActual): readonly RunningProcess[] {
  const instances = actual.instances.map(({ content }) => directoryIn(content));
  return actual.processes.filter((process) => {
    const directory = socketDirectoryOf(process);
    return directory === socketDirectory || (isOfOurUnit(process, actual) && !instances.includes(directory));
  });
}

function remembers({ cache, mechanism }: Inputs): boolean {
  return cache ?? keepsAccountsOnHost(mechanism);
}

/** What the default file should say; an option that means the same already stays as it is written, and what is left open as it was. */
function wantedSettings(inputs: Inputs, file: Buffer, actual: SaslauthdActual): WantedSettings {
  const sysv = actual.nativeUnit === null;
  const [rival] = rivals(inputs.socketDirectory, actual);
  const mechanismOption = wantedOption(inputs, readSettings(file, sysv).mechanismOption);
  const kept = keptSettings(inputs, readSettings(rival?.content ?? file, sysv));
  return { ...inputs, ...kept, cache: remembers(inputs), mechanismOption };
}

/** An -O that the mechanism should not have. The one of rimap is an input of its own. */
function strangeOption(inputs: Inputs, option: string | null): string {
  const fits = option === null || inputs.rimap !== undefined || wantedOption(inputs, option) === option;
  return fits ? "" : ` with -O ${option}`;
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
 * "running" only when the daemon's own argument list says what its default file says, in any order, its socket is as the daemon makes it
 * (open for everybody, ipc_unix.c, since the directory is the barrier), and nothing that it has loaded or remembers is out of date. The
 * file and not the inputs: a run that was killed between the write and the restart leaves a daemon that still fits the inputs of the
 * state, beside a file that fits the program's new ones already, and nobody would restart it. File against inputs is told by the other
 * properties.
 */
function stateOf(inputs: Inputs, actual: SaslauthdActual): string {
  const { socket } = actual;
  const daemon = daemonOf(inputs.socketDirectory, actual);
  if (daemon === undefined) return "stopped";
  const { start: _sysvOnly, ...said } = readSettings(actual.file?.content ?? bareFile, actual.nativeUnit === null);
  if (!isDeepStrictEqual(parseSaslauthdOptions(daemon.argv.slice(1)), said))
    return `running with other options than its file says: ${daemon.argv.slice(1).join(" ")}${startedBy(actual)}`;
  if (socket?.type !== "socket") return "running, and its socket mux is gone";
  return socket.mode === "777" ? freshness(inputs, actual) : `running, and its socket mux has mode ${socket.mode}`;
}

function noPackage(): Failure {
  return new Failure({
    tried: "configure saslauthd",
    found: "/usr/sbin/saslauthd does not exist",
    left: "nothing was changed",
    next: "it comes with the package sasl2-bin: let this resource depend on SaslPackage",
  });
}
