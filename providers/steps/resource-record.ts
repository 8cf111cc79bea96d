// Steps that record on the host who owns a resource and the state before our first change, and that
// delete the record once that state is restored.

import { sh } from "../core/shell.ts";
import { libraryFolder } from "../facts/journal.ts";
import {
  type ResourceRecord,
  resourceRecordFolder,
  resourceRecordFormat,
  resourceRecordPath,
  seal,
} from "../facts/resource-record.ts";
import type { Step } from "./step.ts";

/** What to do where a record on the host cannot be written. */
export const unwritable = `see on the host what is wrong with the file system of ${libraryFolder} (df -h, df -i, findmnt -T /var/lib), or with the file that is named above (docs/how-to/rescue.md, A message names a file), then run the same command again`;

/**
 * Run before the first change, and again before a later one that adds to the record. No step when
 * the record is up to date: `found` is the present one.
 */
export function writeResourceRecord(
  kind: string,
  id: string,
  record: ResourceRecord,
  found: Buffer | undefined,
): readonly Step[] {
  const content = resourceRecordText(record);
  if (found?.equals(content)) return [];
  const write = {
    do: "write",
    path: resourceRecordPath(kind, id),
    content,
    expected: found,
    created: { owner: "root", group: "root", mode: "600" },
    reason: "remember on the host what was there before",
    quiet: true,
  } as const;
  const folder = {
    do: "run",
    reason: `make ${resourceRecordFolder}`,
    script: sh`install -d -m 700 -- ${libraryFolder} ${resourceRecordFolder}`,
    code: "records-not-written",
    next: unwritable,
    quiet: true,
  } as const;
  return found === undefined ? [folder, write] : [write];
}

/** The bytes of a record: one line of JSON, and the seal that shows it to be complete. */
export function resourceRecordText({ owner, resource = null, before }: ResourceRecord): Buffer {
  const line = `${JSON.stringify({ format: resourceRecordFormat, owner, resource, before })}\n`;
  return Buffer.from(line + seal(line));
}

/** Deletes the record after the original state was restored. */
export function removeResourceRecord(kind: string, id: string): readonly Step[] {
  return [
    {
      do: "remove",
      path: resourceRecordPath(kind, id),
      reason: "forget what was there before: it is there again",
      quiet: true,
    },
    removeEmptyFolders,
  ];
}

/**
 * Deletes the records of resources that vanished from the host, and so from the state, before
 * `remove` could restore what was there.
 */
export function removeResourceRecords(paths: readonly string[]): readonly Step[] {
  const reason = "forget what was there before a thing that has vanished";
  return [...paths.map((path) => ({ do: "remove", path, reason, quiet: true }) as const), removeEmptyFolders];
}

/** A journal that has ended but was not removed, because its run was killed, is no content. */
const removeEmptyFolders: Step = {
  do: "run",
  reason: "remove the folders of it where they are empty",
  script: sh`rm -rf -- ${libraryFolder}/closed.*
rmdir -- ${resourceRecordFolder} ${libraryFolder} 2>/dev/null; :`,
  undo: { script: sh`install -d -m 700 -- ${libraryFolder} ${resourceRecordFolder}` },
  quiet: true,
};
