// The host's records of our own apt runs: which packages apt announced for a run, and what their
// maintainer scripts made. steps/package-record.ts writes them; the last line of a record has a
// digest of the lines before it.
import { createHash } from "node:crypto";
import { Failure } from "../core/failure.ts";
import { sh } from "../core/shell.ts";
import { type Fact, textOf, unreadable } from "./fact.ts";
import { libraryFolder } from "./journal.ts";

export const recordFolder = `${libraryFolder}/packages`;

/** The first line of a record. */
export const recordFormat = "sasl-mail-host packages 1";

/** What the last purge kept on purpose. A reboot removes it; by then it is no longer needed. */
export const keptPath = "/run/sasl-mail-host.kept";

/** What our apt runs brought, over all records of the host. */
export interface PackageRecord {
  /** Packages, with the architecture where it is foreign. */
  readonly packages: readonly string[];
  /** A run was killed: its packages are known, but have not been inspected yet. */
  readonly isUnfinished: boolean;
}

/**
 * `null` = no record exists. An incomplete record is refused: it proves neither that a run brought
 * nothing nor that it brought everything.
 */
export const packageRecord: Fact<PackageRecord | null> = {
  name: `what our apt runs installed (${recordFolder})`,
  question: sh`echo records; for file in ${`${recordFolder}/`}[0-9][0-9][0-9][0-9]; do
  if [ -f "$file" ]; then printf '%s ' "$file" && base64 -w 0 < "$file" && echo || exit 1
  elif [ -e "$file" ]; then echo "$file is no regular file" >&2; exit 1; fi
done`,
  parse: (answer) => {
    const [first, ...files] = textOf(packageRecord.name, answer).split("\n");
    if (first !== "records") throw unreadable(packageRecord.name, answer);
    if (files.length === 0) return null;
    const rows = files.map((row) => {
      const [path = "", content = ""] = row.split(" ");
      return rowsOf(path, Buffer.from(content, "base64"));
    });
    const packages = rows.flat().flatMap((row) => /^package (\S+) /.exec(row)?.[1] ?? []);
    return { packages: [...new Set(packages)], isUnfinished: rows.some((each) => each.at(-1)?.startsWith("end plan")) };
  },
};

/** The packages that the last purge kept on purpose. */
export const keptPackages: Fact<readonly string[]> = {
  name: `what was kept on purpose (${keptPath})`,
  question: sh`if [ -f ${keptPath} ]; then cat -- ${keptPath}; fi`,
  parse: (answer) => textOf(keptPackages.name, answer).split("\n").filter(Boolean),
};

function rowsOf(path: string, content: Buffer): string[] {
  const rows = content.toString("latin1").split("\n");
  const end = rows.at(-2) ?? "";
  const sealed = content.subarray(0, content.length - end.length - 1);
  const digest = createHash("sha256").update(sealed).digest("hex");
  if (content.length === 0) throw damaged(path, "it is empty");
  if (rows[0] !== recordFormat) throw damaged(path, "its first line is in no format that this version knows");
  if (rows.at(-1) !== "" || !/^end (plan|confirmed) /.test(end))
    throw damaged(path, "it is cut: its end mark is missing");
  if (!end.endsWith(` ${digest}`)) throw damaged(path, "its lines are not those that were written");
  return rows.slice(0, -1);
}

function damaged(path: string, found: string): Failure {
  return new Failure({
    code: "record-damaged",
    tried: `read ${packageRecord.name}`,
    found: `${path} is damaged: ${found}`,
    left: ["nothing was changed by this read"],
    next: damagedAdvice,
  });
}

export const damagedAdvice =
  "is there a backup of the host with this file? Then restore it. If not, move the file to /root/: what that apt run installed then stays on the host for good (/var/log/apt/history.log lists it). Then run the same command again";
