// The SASL application file of smtpd. (The page of 2010 misspells its name, and nothing reads that
// file.)
import { z } from "zod";
import { Failure } from "../../core/failure.ts";
import { lineOf, saslAssignments, settingIn, withLine, withSetting } from "../../facts/assignments.ts";
import { type FileContent, fileAt, type PathStatus, statusOf } from "../../facts/file.ts";
import { isUnterminated, withFirstEnd } from "../../facts/line-ending.ts";
import { reloadIfRunning } from "../../steps/postfix.ts";
import type { Step } from "../../steps/step.ts";
import { define } from "../definition.ts";
import { absolutePath } from "../inputs.ts";
import { packageAdvice } from "../packages/package-advice.ts";

export const smtpdConfSchema = z.strictObject({
  /** The file. Debian's Postfix reads this one for smtpd. */
  path: absolutePath.default("/etc/postfix/sasl/smtpd.conf"),
  /** The service that checks passwords (pwcheck_method). */
  pwcheckMethod: z.enum(["saslauthd"]).default("saslauthd"),
  /**
   * The mechanisms that EHLO offers (mech_list). saslauthd checks plaintext passwords, so no other
   * mechanism can work (SASL_README, "Cyrus SASL configuration").
   */
  mechList: z
    .array(z.enum(["plain", "login"], { error: 'must be "plain" or "login": saslauthd can serve no other mechanism' }))
    .min(1)
    .max(2)
    .default(["plain", "login"]),
});

type Inputs = z.infer<typeof smtpdConfSchema>;

interface Actual {
  readonly file: FileContent | null;
  readonly folder: PathStatus | null;
}

interface Before {
  readonly existed: boolean;
  /** The file did not end with a line ending. */
  readonly unterminated: boolean;
  /** The lines of both settings as written; `null` = not set. */
  readonly pwcheckMethod: string | null;
  readonly mechList: string | null;
  /**
   * All lists of mechanisms that this resource has ever written here: after a roll-back the state has
   * the last desired one and the host an earlier one. Missing in the records of older versions.
   */
  readonly written?: readonly (readonly string[])[];
}

export const smtpdConf = define<typeof smtpdConfSchema, Actual, Before>({
  kind: "SmtpdConf",
  schema: smtpdConfSchema,
  show: ({ pwcheckMethod, mechList }) => ({ settings: shown(pwcheckMethod, mechList) }),
  replacedBy: ["path"],
  id: ({ path }) => path,
  inspect: ({ path }) => ({ file: fileAt(path), folder: statusOf(path.slice(0, path.lastIndexOf("/")) || "/") }),
  observe: (inputs, { file }) => {
    if (file === null) return undefined;
    const { pwcheckMethod, mechList } = read(file.content);
    const found = mechanismsIn(mechList);
    return { path: inputs.path, pwcheckMethod, mechList: sameWords(found, inputs.mechList) ? inputs.mechList : found };
  },
  apply: (inputs, { file, folder }) => {
    if (folder === null) throw noFolder(inputs.path);
    const content = set(file?.content ?? Buffer.alloc(0), inputs);
    return file?.content.equals(content)
      ? []
      : [write(inputs.path, file, content, `write pwcheck_method and mech_list to ${inputs.path}`)];
  },
  remember: ({ file }, _after, inputs) => {
    const content = file?.content ?? Buffer.alloc(0);
    return {
      existed: file !== null,
      unterminated: isUnterminated(content),
      pwcheckMethod: lineOf(content, "pwcheck_method", saslAssignments),
      mechList: lineOf(content, "mech_list", saslAssignments),
      written: [inputs.mechList],
    };
  },
  intend: (earlier, _actual, { mechList }) => withWritten(earlier, [mechList]),
  join: (onHost, { written = [] }) => withWritten(onHost, written),
  extend: (earlier, _actual, { file }) => {
    return withWritten(earlier, [file === null ? [] : mechanismsIn(read(file.content).mechList)]);
  },
  // A setting that somebody else has changed since is kept.
  remove: (inputs, { file }, before) => {
    if (file === null) return [];
    const { path } = inputs;
    const found = read(file.content);
    const method =
      found.pwcheckMethod === inputs.pwcheckMethod
        ? withLine(file.content, "pwcheck_method", before.pwcheckMethod, saslAssignments, path)
        : file.content;
    const isOurs = before.written?.some((list) => sameWords(list, mechanismsIn(found.mechList))) ?? true;
    const both = isOurs ? withLine(method, "mech_list", before.mechList, saslAssignments, path) : method;
    const reverted = withFirstEnd(file.content, both, before.unterminated);
    const reload = reloadIfRunning("reload Postfix: its SASL application file was put back");
    if (!before.existed && reverted.toString("latin1").trim() === "") {
      const reason = `remove ${path}: it was not there before`;
      return [{ do: "remove", path, expected: file.content, reason }, reload];
    }
    return reverted.equals(file.content)
      ? []
      : [write(path, file, reverted, `put pwcheck_method and mech_list in ${path} back`), reload];
  },
});

/** The record with more lists that this resource has written. */
function withWritten(earlier: Before, lists: readonly (readonly string[])[]): Before {
  const { written } = earlier;
  if (written === undefined) return earlier;
  const more = lists.filter((list) => !written.some((one) => sameWords(one, list)));
  return more.length === 0 ? earlier : { ...earlier, written: [...written, ...more] };
}

function read(content: Buffer): { pwcheckMethod: string | null; mechList: string | null } {
  return {
    pwcheckMethod: settingIn(content, "pwcheck_method", saslAssignments),
    mechList: settingIn(content, "mech_list", saslAssignments),
  };
}

/** Both settings as they stand, or would stand, in the file. */
function shown(pwcheckMethod: unknown, mechList: unknown): string {
  const words = Array.isArray(mechList) ? mechList.join(" ") : "";
  return [`pwcheck_method: ${pwcheckMethod ?? ""}`, `mech_list: ${words}`]
    .filter((line) => !line.endsWith(": "))
    .map((line) => `${line}\n`)
    .join("");
}

function mechanismsIn(mechList: string | null): string[] {
  return mechList?.toLowerCase().split(/\s+/) ?? [];
}

function sameWords(one: readonly string[], other: readonly string[]): boolean {
  return [...one].sort().join(" ") === [...other].sort().join(" ");
}

/**
 * The mechanisms are compared without regard to case, order and spacing; a right file is left
 * alone.
 */
function set(content: Buffer, { path, pwcheckMethod, mechList }: Inputs): Buffer {
  const withMethod = withSetting(content, "pwcheck_method", pwcheckMethod, saslAssignments, path);
  const found = mechanismsIn(read(content).mechList);
  return sameWords(found, mechList)
    ? withMethod
    : withSetting(withMethod, "mech_list", mechList.join(" "), saslAssignments, path);
}

function write(path: string, file: FileContent | null, content: Buffer, reason: string): Step {
  return {
    do: "write",
    path,
    content,
    expected: file?.content,
    created: { owner: "root", group: "root", mode: "644" },
    reason,
    tellsLines: true,
  };
}

function noFolder(path: string): Failure {
  return new Failure({
    code: "package-missing",
    tried: `write ${path}`,
    found: "its folder does not exist",
    left: ["nothing was changed"],
    next: packageAdvice("postfix"),
  });
}
