// A mark is a digest of settings that this resource has written to a file. After a roll-back the
// state has the last desired inputs and the host earlier ones: their mark shows that nobody else has
// made that edit.
import { createHash } from "node:crypto";
import type { FileContent } from "../../facts/file.ts";
import { ldapMeanings } from "./ldap-file.ts";
import { rememberSettings } from "./saslauthd-settings.ts";

/** The files whose settings are marked. */
interface MarkedFiles {
  readonly file: FileContent | null;
  readonly dropIn: FileContent | null;
  readonly ldapFile: FileContent | null;
}

/** The marks among what is remembered for destroy; older versions of this program made none. */
export interface Marked {
  readonly set?: readonly string[];
}

/** Marks of the settings that are in the default file; `undefined` where there is none. */
export function markOfSettings(file: FileContent | null): string | undefined {
  return file === null ? undefined : digest("options", rememberSettings(file.content));
}

export function markOfDropIn(dropIn: FileContent | null): string | undefined {
  return dropIn === null ? undefined : digest("drop-in", dropIn.content.toString("base64"));
}

/** The settings of the directory, which may hold a password; only root can read the resource record. */
export function markOfLdap(ldapFile: FileContent | null): string | undefined {
  const meanings = ldapMeanings(ldapFile);
  return meanings === undefined ? undefined : digest("directory", meanings);
}

/** Marks of what differs between two reads with a change of ours in between. */
export function newMarks(actual: MarkedFiles, after: MarkedFiles): string[] {
  const old = marksOf(actual);
  return marksOf(after).filter((mark) => !old.includes(mark));
}

/** What is remembered, with more marks. */
export function withMarks<Before extends Marked>(earlier: Before, marks: readonly string[] = []): Before {
  const { set = [] } = earlier;
  const more = marks.filter((mark) => !set.includes(mark));
  return more.length === 0 ? earlier : { ...earlier, set: [...set, ...more] };
}

export function isMarked({ set = [] }: Marked, mark: string | undefined): boolean {
  return mark !== undefined && set.includes(mark);
}

function marksOf({ file, dropIn, ldapFile }: MarkedFiles): string[] {
  return [markOfSettings(file), markOfDropIn(dropIn), markOfLdap(ldapFile)].filter((mark) => mark !== undefined);
}

function digest(what: string, value: unknown): string {
  return `${what} ${createHash("sha256").update(JSON.stringify(value)).digest("hex")}`;
}
