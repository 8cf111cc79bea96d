// Steps 4 and 5: saslauthd with its socket where Postfix's chroot can reach it; enabled, and running with these options.
import { z } from "zod";
import { type FileContent, fileAt, type PathStatus, statusOf } from "../facts/file.ts";
import { processesOf, type RunningProcess } from "../facts/process.ts";
import { parseSaslauthdOptions, saslauthdPath } from "../facts/saslauthd.ts";
import { type UnitStatus, unitStatus } from "../facts/systemd.ts";
import { Failure } from "../steps/failure.ts";
import { setEnabled } from "../steps/postfix.ts";
import { dropIn, dropInFolder, dropInPath, restartSaslauthd, waitForSocket } from "../steps/saslauthd.ts";
import { sh } from "../steps/shell.ts";
import type { Step } from "../steps/step.ts";
import { define } from "./definition.ts";
import { absolutePath } from "./inputs.ts";
import {
  readSettings,
  rememberSettings,
  restoreSettings,
  type SaslauthdSettings,
  withSettings,
} from "./saslauthd-settings.ts";

const defaultPath = "/etc/default/saslauthd";

export const saslauthdServiceSchema = z.strictObject({
  /** Directory of the socket `mux`. Words of a Debian default file can hold no space. */
  socketDirectory: absolutePath
    .regex(/^\S+$/, "must not contain white space")
    .default("/var/spool/postfix/var/run/saslauthd"),
  mechanism: z.enum(["pam", "shadow", "getpwent", "sasldb", "ldap", "rimap", "kerberos5"]).default("pam"),
  /** Remember logins for eight hours (-c). Faster; an old password still passes until the daemon is restarted. */
  cache: z.boolean().default(true),
  /** Number of processes (-n). */
  threads: z.number().int().min(0).max(100).default(5),
  /** Start at boot. */
  enabled: z.boolean().default(true),
  /** The daemon runs, with the options above. */
  state: z.literal("running").default("running"),
});

type Inputs = z.infer<typeof saslauthdServiceSchema>;

interface Actual {
  readonly file: FileContent | null;
  readonly dropIn: FileContent | null;
  readonly dropInFolder: PathStatus | null;
  /** Debian 13's own unit; absent on 12, where systemd makes one from the sysv script. */
  readonly nativeUnit: PathStatus | null;
  readonly unit: UnitStatus;
  readonly processes: readonly RunningProcess[];
}

interface Before {
  readonly settings: SaslauthdSettings;
  /** Base64 of a drop-in of this name that was there. */
  readonly dropIn: string | null;
  readonly dropInFolder: boolean;
  readonly enabled: boolean;
  readonly running: boolean;
}

export const saslauthdService = define<typeof saslauthdServiceSchema, Actual, Before>({
  kind: "SaslauthdService",
  schema: saslauthdServiceSchema,
  replacedBy: [],
  id: () => "saslauthd",
  inspect: () => ({
    file: fileAt(defaultPath),
    dropIn: fileAt(dropInPath),
    dropInFolder: statusOf(dropInFolder),
    nativeUnit: statusOf("/usr/lib/systemd/system/saslauthd.service"),
    unit: unitStatus("saslauthd"),
    processes: processesOf(saslauthdPath),
  }),
  observe: (inputs, actual) => {
    if (actual.file === null) return undefined;
    const found = readSettings(actual.file.content);
    const others = found.others.length === 0 ? "" : ` with ${found.others.join(" ")}`;
    const unit = unitFits(inputs, actual) ? "" : ", without the drop-in for its unit";
    const start =
      actual.nativeUnit === null && found.start !== "yes" ? ", not allowed to start (START is not yes)" : "";
    return {
      socketDirectory: `${found.socketDirectory ?? "not set"}${others}${unit}${start}`,
      mechanism: found.mechanism ?? "not set",
      cache: found.cache,
      threads: found.threads ?? "not set",
      enabled: actual.unit.enabled === "enabled",
      state: stateOf(inputs, actual.processes),
    };
  },
  apply: (inputs, actual) => {
    if (actual.file === null) throw noPackage();
    const steps: Step[] = [];
    const content = withSettings(actual.file.content, inputs, actual.nativeUnit === null);
    const created = { owner: "root", group: "root", mode: "644" };
    if (!content.equals(actual.file.content)) {
      steps.push({
        do: "write",
        path: defaultPath,
        content,
        expected: actual.file.content,
        created,
        reason: `set the options in ${defaultPath}`,
      });
    }
    if (!unitFits(inputs, actual)) {
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
        content: dropIn(inputs.socketDirectory),
        expected: actual.dropIn?.content,
        created,
        reason: "write the drop-in: the unit waits for a PID file in another directory",
      });
    }
    const state = stateOf(inputs, actual.processes);
    if (steps.length > 0 || state !== "running") {
      steps.push(
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
  remember: (actual) => ({
    settings: rememberSettings(actual.file?.content ?? Buffer.alloc(0)),
    dropIn: actual.dropIn?.content.toString("base64") ?? null,
    dropInFolder: actual.dropInFolder !== null,
    enabled: actual.unit.enabled === "enabled",
    running: actual.processes.length > 0,
  }),
  remove: (_inputs, actual, before) => {
    if (actual.file === null) return [];
    const created = { owner: "root", group: "root", mode: "644" };
    const content = restoreSettings(actual.file.content, before.settings);
    const steps: Step[] = [
      {
        do: "run",
        reason: "stop saslauthd: its options are put back",
        script: sh`systemctl stop saslauthd`,
        timeoutSeconds: 200,
      },
    ];
    if (!content.equals(actual.file.content)) {
      steps.push({
        do: "write",
        path: defaultPath,
        content,
        expected: actual.file.content,
        created,
        reason: `put the options in ${defaultPath} back`,
      });
    }
    if (before.dropIn === null)
      steps.push({ do: "remove", path: dropInPath, reason: "remove the drop-in: it was not there before" });
    else
      steps.push({
        do: "write",
        path: dropInPath,
        content: Buffer.from(before.dropIn, "base64"),
        expected: actual.dropIn?.content,
        created,
        reason: "put the drop-in back",
      });
    if (!before.dropInFolder)
      steps.push({
        do: "run",
        reason: `remove ${dropInFolder} where nothing else is in it`,
        script: sh`rmdir -- ${dropInFolder} 2>/dev/null; :`,
      });
    steps.push({ do: "run", reason: "let systemd read its units again", script: sh`systemctl daemon-reload` });
    if ((actual.unit.enabled === "enabled") !== before.enabled)
      steps.push(setEnabled("saslauthd", before.enabled, actual.unit.enabled));
    if (before.running) steps.push(restartSaslauthd("start saslauthd: it ran before", []));
    return steps;
  },
});

/** The processes that serve our socket, whoever started them. */
function onSocket({ socketDirectory }: Inputs, { processes }: Actual): readonly RunningProcess[] {
  return processes.filter(({ argv }) => parseSaslauthdOptions(argv.slice(1)).socketDirectory === socketDirectory);
}

function unitFits({ socketDirectory }: Inputs, actual: Actual): boolean {
  return actual.dropIn?.content.equals(dropIn(socketDirectory)) ?? false;
}

/** "running" only when the daemon's own argument list says what the inputs say, in any order. */
function stateOf(inputs: Inputs, processes: readonly RunningProcess[]): string {
  const daemon = processes[0];
  if (daemon === undefined) return "stopped";
  const options = parseSaslauthdOptions(daemon.argv.slice(1));
  const right =
    options.mechanism === inputs.mechanism &&
    options.socketDirectory === inputs.socketDirectory &&
    options.cache === inputs.cache &&
    options.threads === inputs.threads &&
    options.others.length === 0;
  return right ? "running" : `running with other options: ${daemon.argv.slice(1).join(" ")}`;
}

function noPackage(): Failure {
  return new Failure({
    tried: "configure saslauthd",
    found: `${defaultPath} does not exist`,
    left: "nothing was changed",
    next: "it comes with the package sasl2-bin: let this resource depend on SaslPackage",
  });
}
