// Hosts where saslauthd serves Postfix from an instance file, as many guides describe:
// /etc/default/saslauthd-postfix beside a default file with START=no. Since Debian 13
// saslauthd.service reads only the default file, so such an instance is moved into it. An instance
// with its own socket, for example for Cyrus IMAP, is left alone.

import { Failure } from "../../core/failure.ts";
import { lineOf, settingIn, shellAssignments, withLine, withSetting } from "../../facts/assignments.ts";
import { isUnterminated, withFirstEnd } from "../../facts/line-ending.ts";
import type { RunningProcess } from "../../facts/process.ts";
import { parseSaslauthdOptions } from "../../facts/saslauthd.ts";
import { type SaslauthdInstance, saslauthdInstances } from "../../facts/saslauthd-instances.ts";
import type { Step } from "../../steps/step.ts";
import { socketDirectoryOf } from "./saslauthd-daemons.ts";

export const instanceQuestions = { instances: saslauthdInstances };

export interface InstanceActual {
  readonly instances: readonly SaslauthdInstance[];
  readonly processes: readonly RunningProcess[];
}

/** What to remember for destroy. An older version of this program remembered no instances. */
export interface InstanceBefore {
  /**
   * The disabled files: their line START (`null` = not set), and whether their last line was
   * unterminated.
   */
  readonly instances?: Readonly<Record<string, { readonly start: string | null; readonly unterminated: boolean }>>;
}

/**
 * The daemon to read: the one on our socket, else the first that is not an instance with its own
 * socket.
 */
export function daemonOf(socketDirectory: string, actual: InstanceActual): RunningProcess | undefined {
  const others = actual.instances.map(({ content }) => directoryIn(content));
  const own = actual.processes.find((process) => socketDirectoryOf(process) === socketDirectory);
  return own ?? actual.processes.find((process) => !others.includes(socketDirectoryOf(process)));
}

/**
 * The files that would start a second daemon on our socket. A file without START inherits it from
 * the file that is read before.
 */
export function instancesOnSocket(
  socketDirectory: string,
  { instances }: InstanceActual,
): readonly SaslauthdInstance[] {
  return instances.filter(
    ({ content }) => directoryIn(content) === socketDirectory && ["yes", null].includes(setting("START", content)),
  );
}

/** For the observed inputs. */
export function describeInstancesOnSocket(found: readonly SaslauthdInstance[], native: boolean): string {
  return found.map(({ path }) => `; ${path} is meant to serve it${native ? ", but the unit ignores it" : ""}`).join("");
}

/** Disables a file by START alone: the rest stays for destroy and for its readers. */
export function disableInstances(found: readonly SaslauthdInstance[], defaultPath: string, native: boolean): Step[] {
  return found.map(({ path, content }) => {
    const why = native ? `Debian 13's unit ignores ${path}` : "one socket can not have two daemons";
    const reason = `move ${path} (${settingsOf(content)}) over to ${defaultPath}: ${why}`;
    return write(path, content, withSetting(content, "START", "no", shellAssignments, path), reason);
  });
}

/**
 * START=yes in both the default file and an instance means that both are in use. The default file
 * can serve only one directory, so taking it over would break the logins of the clients of the
 * other one.
 */
export function refuseDefaultInUse(socketDirectory: string, defaultFile: Buffer, actual: InstanceActual): void {
  const [rival] = instancesOnSocket(socketDirectory, actual);
  const other = directoryIn(defaultFile);
  const runs = other !== socketDirectory && actual.processes.some((process) => socketDirectoryOf(process) === other);
  if (rival === undefined || !runs || setting("START", defaultFile) !== "yes") return;
  throw new Failure({
    code: "saslauthd-in-use-elsewhere",
    tried: `serve ${socketDirectory} from /etc/default/saslauthd`,
    found: `${rival.path} is meant to serve it, and /etc/default/saslauthd serves ${other} with START=yes and a daemon that runs: something else than Postfix may ask there`,
    left: ["nothing was changed"],
    next: `where something asks there, such as an IMAP server, give that daemon a unit of its own first (docs/taking-over.md has one). When nothing uses ${other} any more, set START=no in /etc/default/saslauthd and run \`pulumi up\` again`,
  });
}

/** From the read before the change. */
export function rememberInstances(socketDirectory: string, actual: InstanceActual): InstanceBefore {
  return { instances: startLines(instancesOnSocket(socketDirectory, actual)) };
}

/** What is remembered, with files whose START may be set to `no` next. */
export function intendInstances(earlier: InstanceBefore, coming: readonly SaslauthdInstance[]): InstanceBefore {
  return { instances: { ...startLines(coming), ...earlier.instances } };
}

/** Adds an instance that appeared later and was disabled by a later change. */
export function extendInstances(
  earlier: InstanceBefore,
  actual: InstanceActual,
  after: InstanceActual,
): InstanceBefore {
  const changed = actual.instances.filter(({ path, content }) => {
    const now = after.instances.find((instance) => instance.path === path);
    return now !== undefined && !now.content.equals(content);
  });
  return { instances: { ...startLines(changed), ...earlier.instances } };
}

/** The files with their original START, byte for byte. */
export function restoreInstanceFiles(actual: InstanceActual, { instances = {} }: InstanceBefore): Step[] {
  return actual.instances.flatMap(({ path, content }) => {
    const before = instances[path];
    if (before === undefined || setting("START", content) !== "no") return [];
    const line = withLine(content, "START", before.start, shellAssignments, path);
    const restored = withFirstEnd(content, line, before.unterminated);
    return restored.equals(content) ? [] : [write(path, content, restored, `put START in ${path} back`)];
  });
}

function startLines(instances: readonly SaslauthdInstance[]): Required<InstanceBefore>["instances"] {
  return Object.fromEntries(
    instances.map(({ path, content }) => [
      path,
      { start: lineOf(content, "START", shellAssignments), unterminated: isUnterminated(content) },
    ]),
  );
}

/** The settings of the instance, for the log: they may differ from the desired ones. */
function settingsOf(content: Buffer): string {
  return ["MECHANISMS", "OPTIONS", "THREADS"]
    .flatMap((name) => lineOf(content, name, shellAssignments)?.trim() ?? [])
    .join(" ");
}

export function directoryIn(defaultFile: Buffer): string | null {
  return parseSaslauthdOptions((setting("OPTIONS", defaultFile) ?? "").split(/\s+/)).socketDirectory;
}

function setting(name: string, content: Buffer): string | null {
  return settingIn(content, name, shellAssignments);
}

function write(path: string, expected: Buffer, content: Buffer, reason: string): Step {
  const created = { owner: "root", group: "root", mode: "644" };
  return { do: "write", path, content, expected, created, reason, tellsLines: true };
}
