// The host's own record of a resource: the stack that owns it, and the state before our first
// change (the same as `before` in the state). It survives a lost state, a killed run and a
// rollback, so that a later destroy still restores the original.
import { createHash } from "node:crypto";
import { Failure } from "../core/failure.ts";
import { sh } from "../core/shell.ts";
import { type Fact, textOf } from "./fact.ts";
import { libraryFolder } from "./journal.ts";

export const resourceRecordFolder = `${libraryFolder}/memory`;

/** The record of one resource. */
export interface ResourceRecord {
  /** "project/stack"; `null` where the resource was made without a stack. */
  readonly owner: string | null;
  /**
   * URN of the owner; after the resource was renamed in the program, the new one. Older records
   * have none.
   */
  readonly resource?: string | null;
  readonly before: unknown;
}

/** A record with the bytes that it was read from. */
export interface StoredRecord {
  readonly record: ResourceRecord;
  readonly content: Buffer;
}

/** One file per resource, readable by root only. */
export function resourceRecordPath(kind: string, id: string): string {
  return `${resourceRecordFolder}/${kind}-${createHash("sha256").update(id).digest("hex").slice(0, 16)}.json`;
}

/** The last line of a record's file, a digest that shows the text above it to be complete. */
export function seal(text: string): string {
  return `sha256 ${createHash("sha256").update(text).digest("hex")} end\n`;
}

/**
 * The record of a resource; `null` where there is none. One question serves all resources of a
 * host.
 */
export function resourceRecordOf(
  kind: string,
  id: string,
): Fact<(ResourceRecord & { readonly content: Buffer }) | null> {
  const file = resourceRecordPath(kind, id);
  return {
    ...contents,
    parse: (answer) => {
      const content = contents.parse(answer).get(file);
      if (content === undefined) return null;
      const record = resourceRecordIn(file, content);
      if (record instanceof Failure) throw record;
      return { ...record, content };
    },
  };
}

/** The bytes of every file in the folder, by path. */
const contents: Fact<ReadonlyMap<string, Buffer>> = {
  name: `what is remembered in ${resourceRecordFolder}`,
  question: sh`for file in ${`${resourceRecordFolder}/`}*.json; do
  if [ -f "$file" ]; then printf '%s ' "$file" && base64 -w 0 < "$file" && echo || exit 1
  elif [ -e "$file" ]; then echo "$file is no regular file" >&2; exit 1; fi
done`,
  parse: (answer) => {
    const rows = textOf(`what is remembered in ${resourceRecordFolder}`, answer).split("\n");
    return new Map(
      rows.filter(Boolean).map((row) => {
        const [path = "", content = ""] = row.split(" ");
        return [path, Buffer.from(content, "base64")];
      }),
    );
  },
};

/**
 * All records, by path; in the place of one that cannot be read, the failure that says so, for
 * whoever decides by that record.
 */
export const resourceRecords: Fact<ReadonlyMap<string, StoredRecord | Failure>> = {
  ...contents,
  parse: (answer) =>
    new Map(
      [...contents.parse(answer)].map(([path, content]) => {
        const record = resourceRecordIn(path, content);
        return [path, record instanceof Failure ? record : { record, content }] as const;
      }),
    ),
};

/** Whether the host remembers a resource of this kind, which then still stands there. */
export function hasRecordOf(kind: string): Fact<boolean> {
  return {
    ...contents,
    parse: (answer) =>
      [...contents.parse(answer).keys()].some((path) => path.startsWith(`${resourceRecordFolder}/${kind}-`)),
  };
}

const recordKeys = ["format", "owner", "resource", "before"];

/**
 * A file that is incomplete is refused by its name: an undo must not be guessed. Records of versions
 * before this format have one line and no seal; those of the first version have no owner either,
 * and are what was there before, by itself.
 */
function resourceRecordIn(path: string, content: Buffer): ResourceRecord | Failure {
  const text = content.toString("utf8");
  const end = text.indexOf("\n") + 1;
  const [line, rest] = [text.slice(0, end), text.slice(end)];
  const isSealed = rest === seal(line);
  const record = objectIn(line);
  const format = record?.format;
  if (isSealed && typeof format === "number" && format !== resourceRecordFormat)
    return refused(
      path,
      `the file is of format ${format}; this version of the program writes and reads ${resourceRecordFormat}`,
      "run the version of this program that wrote it; the file is not damaged",
    );
  const isOfFirstVersion = rest === "" && record !== undefined && !recordKeys.some((key) => key in record);
  if (isOfFirstVersion) return { owner: null, before: record };
  const isWhole = format === undefined ? isSealed || rest === "" : isSealed && format === resourceRecordFormat;
  if (isWhole && record !== undefined && "before" in record) return record as unknown as ResourceRecord;
  return refused(
    path,
    content.length === 0 ? "the file is empty" : "the file is cut off or was changed: its checksum does not fit",
    `is this resource in Pulumi's state (\`pulumi stack --show-urns\` lists all)? If it is, move the file away (mv ${path} /root/) and run the same command again: the state remembers the same, and the file is written anew. If it is not, restore the file from a backup of the host first: nothing else knows what was there before`,
  );
}

function objectIn(line: string): Readonly<Record<string, unknown>> | undefined {
  try {
    const value: unknown = JSON.parse(line);
    return typeof value === "object" && value !== null ? (value as Record<string, unknown>) : undefined;
  } catch {
    return undefined;
  }
}

function refused(path: string, found: string, next: string): Failure {
  return new Failure({
    code: "record-damaged",
    tried: `read ${path}, where the host remembers what was there before the first change`,
    found,
    left: ["nothing was changed, and nothing is decided from it"],
    next,
  });
}

/** Another number belongs to another version of this program. */
export const resourceRecordFormat = 2;
